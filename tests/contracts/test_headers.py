"""Rules about the columns of the raw data."""

import pytest


def custom(implementation: str, more: str = "") -> str:
    return (
        f"quality:\n  - {{type: custom, engine: greatExpectations, implementation: {implementation}{more}}}"
    )


@pytest.mark.parametrize(
    ("implementation", "name"),
    [
        ("{type: expect_table_columns_to_match_set, kwargs: {column_set: [age, other]}}", "table.columns"),
        (
            "{type: expect_table_columns_to_match_ordered_list, kwargs: {column_list: [b, a]}}",
            "table.columns in order",
        ),
        ("{type: expect_table_column_count_to_equal, kwargs: {value: 6}}", "table.column count"),
        ("{type: expect_table_column_count_to_be_between, kwargs: {min_value: 6}}", "table.column count"),
        ("{type: expect_column_to_exist, kwargs: {column: other, column_index: 2}}", "other.exists"),
    ],
)
def test_may_name_columns_that_are_not_declared(rules, table, implementation, name):
    (rule,) = rules(table(custom(implementation))).values()
    assert (rule.name, rule.level) == (name, "table")


def test_a_column_that_is_to_exist_is_the_one_that_says_so(rules, declare):
    (rule,) = rules(declare("age", custom("{type: expect_column_to_exist}"))).values()
    assert (rule.name, rule.arguments) == ("age.exists", {"column": "age"})


@pytest.mark.parametrize(
    ("implementation", "told"),
    [
        ("{type: expect_table_columns_to_match_set}", "lacks the argument 'column_set'"),
        ("{type: expect_table_columns_to_match_set, kwargs: {column_set: age}}", "is a list of names"),
        ("{type: expect_table_columns_to_match_set, kwargs: {column_set: [1]}}", "is a list of names"),
        ("{type: expect_table_columns_to_match_set, kwargs: {columnset: [a]}}", "did you mean 'column_set'?"),
        ("{type: expect_table_column_count_to_equal, kwargs: {value: 1.5}}", "not a value of type integer"),
        ("{type: expect_table_column_count_to_be_between}", "lacks a bound"),
        ("{type: expect_column_to_exist, kwargs: {column: a, column_index: 0}}", "does not look at"),
        (
            "{type: expect_column_values_to_be_of_type, kwargs: {column: age, type_: int}}",
            "unknown expectation",
        ),
    ],
)
def test_refuses_what_cannot_be_run(problems, table, implementation, told):
    (found,) = problems(table(custom(implementation)))
    assert told in found.sentence
    assert implementation in found.line


def test_refuses_columns_of_environments(problems, table):
    within = ", customProperties: [{property: environments, value: each}]"
    count = custom("{type: expect_table_column_count_to_equal, kwargs: {value: 6}}", within)
    (found,) = problems(table(count))
    assert "environments have no columns of their own" in found.sentence
