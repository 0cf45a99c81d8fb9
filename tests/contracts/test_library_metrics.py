"""Library metrics."""

import pytest

from irm_core.contracts.aggregates import BROKEN_ROWS

ROW_COUNT = "expect_table_row_count_to_be_between"
NOT_NULL = "expect_column_values_to_not_be_null"


def quality(*entries: str) -> str:
    return "quality:" + "".join(f"\n  - {{{entry}}}" for entry in entries)


@pytest.mark.parametrize(
    ("operator", "bounds"),
    [
        ("mustBe: 3", {"min_value": 3, "max_value": 3}),
        ("mustBeGreaterThan: 3", {"min_value": 4}),
        ("mustBeGreaterOrEqualTo: 2.5", {"min_value": 3}),
        ("mustBeLessThan: 3", {"max_value": 2}),
        ("mustBeLessOrEqualTo: 3", {"max_value": 3}),
        ("mustBeBetween: [2, 5]", {"min_value": 2, "max_value": 5}),
    ],
)
def test_row_count(rules, table, operator, bounds):
    rule = rules(table(quality(f"metric: rowCount, {operator}")))["table.rows"]
    assert (rule.expectation, rule.arguments, rule.level) == (ROW_COUNT, bounds, "table")


@pytest.mark.parametrize(
    ("entry", "name", "expectation", "arguments"),
    [
        ("metric: nullValues", "note.required", NOT_NULL, {}),
        ("metric: missingValues, arguments: {missingValues: ['']}", "note.required", NOT_NULL, {}),
        (
            "metric: invalidValues, arguments: {validValues: [a, b]}",
            "note.values",
            "expect_column_values_to_be_in_set",
            {"value_set": ["a", "b"]},
        ),
        (
            "metric: invalidValues, arguments: {pattern: '^a'}",
            "note.pattern",
            "expect_column_values_to_match_regex",
            {"regex": "^a"},
        ),
        ("metric: duplicateValues", "note.unique", "expect_column_values_to_be_unique", {}),
    ],
)
@pytest.mark.parametrize(
    "none", ["mustBe: 0", "mustBeLessOrEqualTo: 0", "mustBeLessThan: 1", "unit: percent, mustBe: 0"]
)
def test_none_allowed_is_a_rule_of_rows(rules, declare, entry, name, expectation, arguments, none):
    rule = rules(declare("note", quality(f"{entry}, {none}")))[name]
    assert (rule.level, rule.expectation) == ("row", expectation)
    assert rule.arguments == {"column": "note", **arguments}


@pytest.mark.parametrize(
    ("operator", "limits"),
    [
        ("mustBeLessThan: 5", {"unit": "rows", "max_value": 5.0, "strict_max": True}),
        ("mustBeLessThan: 1, unit: percent", {"unit": "percent", "max_value": 1.0, "strict_max": True}),
        ("mustBeBetween: [1, 2]", {"unit": "rows", "min_value": 1.0, "max_value": 2.0}),
        ("mustBeGreaterThan: 0", {"unit": "rows", "min_value": 0.0, "strict_min": True}),
    ],
)
def test_some_allowed_is_a_rule_of_the_table(rules, declare, operator, limits):
    rule = rules(declare("age", quality(f"metric: nullValues, {operator}")))["age.required"]
    broken = {"expectation": NOT_NULL, "arguments": {"column": "age"}}
    assert (rule.level, rule.expectation, rule.arguments) == ("table", BROKEN_ROWS, broken | limits)


def test_duplicates_of_several_columns(rules, table):
    entry = "metric: duplicateValues, arguments: {properties: [age, note]}, mustBe: 0"
    rule = rules(table(quality(entry)))["age + note.unique"]
    assert (rule.expectation, rule.level) == ("expect_compound_columns_to_be_unique", "row")


def test_names_of_their_own(rules, declare):
    values = "metric: invalidValues, arguments: {validValues: [%s]}, mustBe: 0"
    found = rules(declare("note", quality(values % "a, b", values % "b, c", "name: vowel, " + values % "a")))
    assert list(found) == ["note.values", "note.values 2", "note.vowel"]


def test_a_rule_stated_twice_is_one_rule_and_the_stricter(rules, declare):
    twice = quality("metric: nullValues, mustBe: 0, severity: warning")
    (rule,) = rules(declare("age", f"required: true\n{twice}")).values()
    assert rule.severity == "error"


@pytest.mark.parametrize(
    ("severity", "read"), [("error", "error"), ("warning", "warning"), ("info", "warning")]
)
def test_severity(rules, declare, severity, read):
    entry = f"metric: nullValues, mustBe: 0, severity: {severity}"
    assert rules(declare("age", quality(entry)))["age.required"].severity == read


def test_text_states_no_rule(rules, declare):
    assert rules(declare("age", quality("type: text, description: ages are plausible"))) == {}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("metric: nullValues, mustNotBe: 0", "mustNotBe and mustNotBeBetween cannot be run"),
        ("metric: nullValues, mustNotBeBetween: [1, 2]", "cannot be run"),
        ("metric: nullValues, mustBe: none", "needs a number"),
        ("metric: nullValues, mustBeLessThan: 0", "never below 0"),
        ("metric: nullValues, mustBe: 0, unit: files", "unknown unit 'files'"),
        ("metric: nullValues, mustBe: 0, arguments: {a: 1}", "unknown argument 'a'"),
        ("metric: nullValues, mustBe: 0, severity: fatal", "unknown severity 'fatal'"),
        (
            "metric: missingValues, mustBe: 0, arguments: {missingValues: ['?']}",
            "list it in the custom property",
        ),
        ("metric: invalidValues, mustBe: 0", "needs the arguments validValues, pattern or both"),
        ("metric: invalidValues, mustBe: 0, arguments: {validValues: []}", "a list of at least one"),
        ("metric: invalidValues, mustBe: 0, arguments: {validValues: a}", "a list of at least one"),
        ("metric: invalidValues, mustBeLessThan: 5, arguments: {validValues: [1]}", "put it in quotes"),
        ("metric: invalidValues, mustBe: 0, arguments: {pattern: 1}", "put it in quotes"),
        ("metric: invalidValues, mustBeLessThan: 5, arguments: {pattern: '(?!a)'}", "look-around"),
        ("metric: rowCount, mustBe: 3", "the schema's, not a column's"),
        ("type: sql, query: SELECT 1, mustBe: 1", "rules of type sql cannot be run"),
        (
            "metric: nullValues, mustBe: 0, customProperties: [{property: role, value: x}]",
            "unknown custom property 'role'",
        ),
    ],
)
def test_refuses_what_cannot_be_run(problems, declare, entry, told):
    (found,) = problems(declare("note", quality(entry)))
    assert told in found.sentence
    assert found.line == f"- {{{entry}}}"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("metric: nullValues, mustBe: 0", "about a column"),
        ("metric: duplicateValues, mustBe: 0", "two columns or more"),
        ("metric: duplicateValues, mustBe: 0, arguments: {properties: [age, nots]}", "did you mean 'note'?"),
        ("metric: rowCount, mustBe: 3, unit: percent", "no percent"),
    ],
)
def test_refuses_of_a_table(problems, table, entry, told):
    (found,) = problems(table(quality(entry)))
    assert told in found.sentence


def test_a_rule_about_a_column_with_a_fault_of_its_own_adds_no_second_problem(problems, table):
    entry = "metric: duplicateValues, mustBe: 0, arguments: {properties: [age, note]}"
    (found,) = problems(table(quality(entry)), ("value: ignore", "value: ignored"))
    assert "unknown role 'ignored'" in found.sentence
