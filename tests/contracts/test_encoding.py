"""How features become numbers: said of a column, or of all."""

import pytest

from irm_core.contracts.encoding import Encoding

ALL = "schema:\n", "customProperties:\n  - {property: scale, value: robust}\nschema:\n"
ROBUST = "customProperties: [{property: role, value: feature}, {property: scale, value: robust}]"


def of_column(column, logical_type, more):
    old = f"name: {column}\n        logicalType: {logical_type}\n        customProperties: [{{"
    return old, f"{old.removesuffix('{')}{more}, {{"


def encodings(contract):
    return {one.name: one.encoding for one in contract.columns}


def test_nothing_said_is_mean_and_standard_deviation(edited):
    assert set(encodings(edited()).values()) == {Encoding(scale="standard", impute="mean")}


def test_a_column_says_its_own(edited):
    found = encodings(
        edited(
            of_column("age", "integer", "{property: scale, value: robust}"),
            of_column("cholesterol", "number", "{property: impute, value: median}"),
        )
    )
    assert found["age"] == Encoding(scale="robust", impute="mean")
    assert found["cholesterol"] == Encoding(scale="standard", impute="median")


def test_what_the_contract_says_is_for_columns_that_say_nothing(edited):
    found = encodings(edited(ALL, of_column("age", "integer", "{property: scale, value: none}")))
    assert (found["age"].scale, found["cholesterol"].scale) == ("none", "robust")


@pytest.mark.parametrize(
    ("edit", "line", "told"),
    [
        (
            of_column("age", "integer", "{property: scale, value: robst}"),
            "customProperties: [{property: scale, value: robst}",
            "unknown scale 'robst'; did you mean 'robust'?",
        ),
        (
            of_column("age", "integer", "{property: impute, value: mode}"),
            "customProperties: [{property: impute, value: mode}",
            "unknown impute 'mode'",
        ),
        (
            of_column("note", "string", "{property: scale, value: robust}"),
            "customProperties: [{property: scale, value: robust}",
            "only features have a scale; 'note' has the role ignore.",
        ),
        (
            (ALL[0], ALL[1].replace("robust", "[robust]")),
            "- {property: scale, value: [robust]}",
            "unknown scale ['robust']",
        ),
    ],
)
def test_refuses_with_the_line(problems, edit, line, told):
    (found,) = problems(edit)
    assert told in found.sentence
    assert line in found.line


def test_text_has_no_scale(problems):
    ward = "      - name: ward\n        logicalType: string\n        " + ROBUST + "\n      - name: note\n"
    (found,) = problems(("      - name: note\n", ward))
    assert found.sentence == "'ward' is a string, which has no scale."
