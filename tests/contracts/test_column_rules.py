"""Rules that a declaration implies."""

from datetime import date

import pytest

NOT_NULL = "expect_column_values_to_not_be_null"
UNIQUE = "expect_column_values_to_be_unique"
BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
REGEX = "expect_column_values_to_match_regex"
LENGTHS = "expect_column_value_lengths_to_be_between"


@pytest.mark.parametrize(
    ("column", "more", "name", "expectation", "arguments"),
    [
        ("age", "required: true", "age.required", NOT_NULL, {}),
        ("age", "unique: true", "age.unique", UNIQUE, {}),
        ("age", "enum: [{value: 1}, {value: 2}]", "age.values", IN_SET, {"value_set": [1, 2]}),
        ("cholesterol", "enum: [{value: 1}]", "cholesterol.values", IN_SET, {"value_set": [1.0]}),
        ("age", "logicalTypeOptions: {minimum: 18}", "age.range", BETWEEN, {"min_value": 18}),
        (
            "cholesterol",
            "logicalTypeOptions: {exclusiveMinimum: 0, exclusiveMaximum: 9}",
            "cholesterol.range",
            BETWEEN,
            {"min_value": 0.0, "strict_min": True, "max_value": 9.0, "strict_max": True},
        ),
        (
            "admitted",
            "logicalTypeOptions: {maximum: 2024-12-31}",
            "admitted.range",
            BETWEEN,
            {"max_value": date(2024, 12, 31)},
        ),
        ("note", "logicalTypeOptions: {pattern: '^a'}", "note.pattern", REGEX, {"regex": "^a"}),
        ("note", "logicalTypeOptions: {maxLength: 3}", "note.length", LENGTHS, {"max_value": 3.0}),
    ],
)
def test_implied_rule(rules, declare, column, more, name, expectation, arguments):
    (rule,) = rules(declare(column, more)).values()
    assert (rule.name, rule.level, rule.severity) == (name, "row", "error")
    assert (rule.expectation, rule.arguments) == (expectation, {"column": column, **arguments})


def test_bounds_have_the_type_of_the_column(rules, declare):
    rule = rules(declare("cholesterol", "logicalTypeOptions: {minimum: 0}"))["cholesterol.range"]
    assert isinstance(rule.arguments["min_value"], float)


@pytest.mark.parametrize(
    ("column", "more", "told"),
    [
        ("age", "logicalTypeOptions: {minimum: 3, maximum: 2}", "the minimum is above the maximum"),
        ("age", "logicalTypeOptions: {minimum: 0.5}", "0.5 is not a value of type integer"),
        ("age", "logicalTypeOptions: {maximum: 9007199254740994}", "at most"),
        ("age", "logicalTypeOptions: {multipleOf: 2}", "'multipleOf' cannot be run"),
        ("age", "enum: [{value: one}]", "'one' is not a value of type integer"),
        ("note", "enum: [{value: 1}]", "put it in quotes"),
        ("disease", "enum: [{value: 1}]", "not a value of type boolean"),
        ("note", "logicalTypeOptions: {format: email}", "'format' cannot be run"),
        ("note", "logicalTypeOptions: {pattern: '(?=a)'}", "look-around"),
        ("note", "logicalTypeOptions: {pattern: '('}", "unclosed group"),
        ("admitted", "logicalTypeOptions: {minimum: yesterday}", "write it as 2024-12-31"),
        ("age", "relationships: [{type: foreignKey, to: other.id}]", "cannot be checked"),
    ],
)
def test_refuses_what_cannot_be_run(problems, declare, column, more, told):
    (found,) = problems(declare(column, more))
    assert told in found.sentence
    assert found.line == more


def test_a_key_is_required_and_unique(rules, declare):
    alone = rules(declare("note", "primaryKey: true"))
    assert {name: rule.expectation for name, rule in alone.items()} == {
        "note.required": NOT_NULL,
        "note.unique": UNIQUE,
    }
    together = rules(declare("note", "primaryKey: true"), declare("admitted", "primaryKey: true"))
    assert together["admitted + note.unique"].arguments == {"column_list": ["admitted", "note"]}
    assert {"note.required", "admitted.required"} <= set(together)


def test_line_of_a_rule_is_that_of_what_states_it(rules, declare, write):
    edit = declare("age", "required: true\nlogicalTypeOptions:\n  minimum: 3")
    found = rules(edit)
    lines = write(edit).read_text().splitlines()
    assert lines[found["age.required"].line - 1].strip() == "- name: age"
    assert lines[found["age.range"].line - 1].strip() == "logicalTypeOptions:"
