"""Great Expectations in a contract."""

import pytest

from irm_core.validation.quiet import quiet


def custom(implementation: str, more: str = "") -> str:
    return (
        f"quality:\n  - {{type: custom, engine: greatExpectations, implementation: {implementation}{more}}}"
    )


def test_is_about_the_column_that_states_it(rules, declare):
    entry = custom("{type: expect_column_values_to_not_be_in_set, kwargs: {value_set: [0, 999]}}")
    (rule,) = rules(declare("age", entry)).values()
    assert (rule.name, rule.level) == ("age.forbidden values", "row")
    assert rule.arguments == {"column": "age", "value_set": [0, 999]}


def test_may_name_its_column(rules, table):
    kwargs = "{column: age, min_value: 40, max_value: 60}"
    (rule,) = rules(table(custom(f"{{type: expect_column_mean_to_be_between, kwargs: {kwargs}}}"))).values()
    assert (rule.name, rule.level) == ("age.mean", "table")


def test_mostly_makes_a_rule_of_the_table(rules, declare):
    entry = custom("{type: expect_column_values_to_not_be_null, kwargs: {mostly: %s}}")
    (some,) = rules(declare("age", entry % 0.9)).values()
    assert (some.level, some.arguments) == ("table", {"column": "age", "mostly": 0.9})
    (every,) = rules(declare("age", entry % 1)).values()
    assert (every.level, every.arguments) == ("row", {"column": "age"})


def test_may_be_yaml_in_text(rules, table):
    entry = (
        "quality:\n  - type: custom\n    engine: great-expectations\n    implementation: |\n"
        "      type: expect_table_row_count_to_be_between\n      kwargs: {min_value: 3}"
    )
    (rule,) = rules(table(entry)).values()
    assert (rule.name, rule.arguments) == ("table.rows", {"min_value": 3})


@pytest.mark.parametrize(
    ("implementation", "told"),
    [
        ("{type: expect_column_values_to_be_inset}", "did you mean 'expect_column_values_to_be_in_set'?"),
        ("{type: expect_column_quantile_values_to_be_between}", "unknown expectation"),
        ("{type: expect_broken_rows_to_be_between}", "unknown"),
        ("{type: expect_column_values_to_be_in_set}", "lacks the argument 'value_set'"),
        ("{type: expect_column_values_to_be_between}", "lacks a bound"),
        ("{type: expect_column_values_to_be_between, kwargs: {min_value: null}}", "lacks a bound"),
        ("{type: expect_column_values_to_be_between, kwargs: {minValue: 1}}", "did you mean 'min_value'?"),
        ("{type: expect_column_values_to_be_between, kwargs: {min_value: a}}", "not a value of type integer"),
        ("{type: expect_column_values_to_be_null, kwargs: {column: agee}}", "did you mean 'age'?"),
        ("{type: expect_column_values_to_be_null, kwargs: {column: 5}}", "names no column"),
        ("{type: expect_column_values_to_be_null, kwargs: {mostly: 1.5}}", "share of valid rows"),
        ("{type: expect_column_values_to_be_null, kwargs: {mostly: 0}}", "share of valid rows"),
        ("{type: expect_column_values_to_be_null, kwargs: {row_condition: x}}", "unknown argument"),
        ("{type: expect_column_values_to_match_regex, kwargs: {regex: a}}", "cannot be run"),
        ("{type: expect_column_mean_to_be_between, kwargs: {column: note, min_value: 1}}", "has no mean"),
        ("{type: expect_compound_columns_to_be_unique, kwargs: {column_list: age}}", "names no column"),
        ("{type: expect_column_values_to_be_null, meta: {}}", "unknown key 'meta'"),
        ("{kwargs: {}}", "mapping of `type`"),
        ("'just text'", "mapping of `type`"),
        ("'{'", "not YAML"),
        ("{type: expect_column_values_to_be_null, kwargs: []}", "mapping of the expectation's arguments"),
    ],
)
def test_refuses_what_cannot_be_run(problems, declare, implementation, told):
    (found,) = problems(declare("age", custom(implementation)))
    assert told in found.sentence
    assert implementation in found.line


@pytest.mark.parametrize("kind", ["values_to_be_between", "min_to_be_between", "max_to_be_between"])
@pytest.mark.parametrize(("column", "bound"), [("note", "a"), ("disease", "true")])
def test_refuses_bounds_of_what_has_no_order(kind, column, bound, problems, declare):
    implementation = f"{{type: expect_column_{kind}, kwargs: {{min_value: {bound}}}}}"
    (found,) = problems(declare(column, custom(implementation)))
    assert "State its valid values, a pattern" in found.sentence
    assert implementation in found.line


@pytest.mark.parametrize("kind", ["values_to_be_between", "min_to_be_between", "max_to_be_between"])
@pytest.mark.parametrize(
    ("column", "bound"), [("age", "1"), ("cholesterol", "1.5"), ("admitted", "2024-01-31")]
)
def test_bounds_that_reading_takes_are_taken_by_great_expectations(kind, column, bound, edited, declare):
    implementation = f"{{type: expect_column_{kind}, kwargs: {{min_value: {bound}}}}}"
    contract = edited(declare(column, custom(implementation)))
    with quiet():
        from irm_core.validation.suite import suite

        assert len(suite(contract).expectations) == len(contract.rules)


def test_refuses_other_engines(problems, declare):
    entry = "quality:\n  - {type: custom, engine: soda, implementation: {type: x}}"
    (found,) = problems(declare("age", entry))
    assert "'soda' cannot be run" in found.sentence
