"""Columns, their types and roles."""

import pytest


def test_role_is_known_of_columns_that_make_environments_and_of_keys(edited):
    contract = edited(
        (
            "logicalType: string\n        customProperties: [{property: role, value: environment}]",
            "logicalType: string",
        ),
        (
            "logicalType: string\n        customProperties: [{property: role, value: ignore}]",
            "logicalType: string\n        primaryKey: true",
        ),
    )
    assert [one.name for one in contract.with_role("environment")] == ["hospital"]
    assert [one.name for one in contract.with_role("identifier")] == ["note"]


def test_other_columns_must_say_their_role(problems):
    (told,) = problems(
        (
            "logicalType: number\n        customProperties: [{property: role, value: feature}]",
            "logicalType: number",
        ),
    )
    assert told.line == "- name: cholesterol"
    assert "needs the custom property `role`" in told.sentence


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("value: time", "value: feature", "- name: admitted", "a feature, which cannot be a date"),
        ("value: ignore", "value: label", "- name: disease", "a second label, beside 'note'"),
        ("value: ignore", "value: weight", "- name: note", "a weight, which cannot be a string"),
        ("value: environment", "value: image", "- name: hospital", "cannot make environments"),
        ("name: note", "name: age", "- name: age", "declared twice"),
        ("name: note", "name: ''", "- name: ''", "needs a name"),
        ("name: note", "name: _file", "- name: _file", "rename the column"),
        ("name: note", "name: age (raw)", "- name: age (raw)", "rename the column"),
        ("name: note", "name: note\n        physicalName: NOTE", "physicalName: NOTE", "as in the file"),
        ("logicalType: date", "logicalType: time", "logicalType: time", "needs a logicalType that we read"),
        ("logicalType: date\n", "physicalType: DATE\n", "- name: admitted", "needs a logicalType"),
        ("name: note", "name: '*'", "- name: '*'", "Polars takes the name '*' for a pattern"),
        ("name: note", "name: ^note$", "- name: ^note$", "for a pattern of names"),
        ("columns: [hospital]", "columns: [disease]", "- name: disease", "cannot make environments as well"),
        ("value: ignore", "value: image", None, "images or features, not both yet"),
        ("value: ignore}", "value: ignore}, {property: role, value: time}", None, "given twice"),
    ],
)
def test_refuses(problems, old, new, line, told):
    found = problems((old, new))
    assert any(told in one.sentence for one in found), found
    if line is not None:
        assert {one.line for one in found} == {line}


def test_dates_have_the_format_that_the_contract_says(edited, declare):
    (admitted,) = edited(declare("admitted", "logicalTypeOptions: {format: dd.MM.yyyy}")).with_role("time")
    assert admitted.format == "dd.MM.yyyy"
    assert "admitted.range" not in [rule.name for rule in edited().rules]


def test_a_format_that_cannot_be_read_is_told_where_it_stands(problems, declare):
    (told,) = problems(declare("admitted", "logicalTypeOptions:\n  format: dd/MM/yy"))
    assert (told.line, "has 'yy'" in told.sentence) == ("format: dd/MM/yy", True)


def test_environments_may_be_windows_of_timestamps(edited):
    window = "by_time: {kind: window, column: admitted, every: 1mo}"
    contract = edited(
        ("logicalType: date", "logicalType: timestamp"),
        ("by_hospital: {kind: column, columns: [hospital]}", window),
    )
    assert contract.splits["by_time"].column == "admitted"


def test_custom_properties_of_other_vendors_are_theirs(edited, problems):
    ignore = "property: role, value: ignore}"
    theirs = (ignore, f"{ignore}, {{property: role, value: steward, vendor: atlan}}")
    assert edited(theirs).columns[4].role == "ignore"
    ours = (ignore, f"{ignore}, {{property: colour, value: red, vendor: irmflow}}")
    assert "unknown custom property 'colour'" in problems(ours)[0].sentence


@pytest.mark.parametrize("name", ["maxQuarantined", "environments"])
def test_custom_properties_have_their_place(problems, name):
    edit = (
        "property: role, value: ignore}",
        f"property: role, value: ignore}}, {{property: {name}, value: 1}}",
    )
    assert f"unknown custom property {name!r}" in problems(edit)[0].sentence
