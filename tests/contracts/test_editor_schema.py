"""The JSON schema for editors: what it knows, and that it refuses nothing that can be read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from irm_core.contracts.editor_schema import editor_schema
from irm_core.contracts.read import read
from irm_core.contracts.yaml_lines import load
from irm_core.errors import ContractError

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft201909Validator(editor_schema())
OURS = Draft201909Validator({"allOf": editor_schema()["allOf"]})
"""What it adds to the standard's, which takes ten times as long."""
SPLIT = "by_hospital: {kind: column, columns: [hospital]}"


@pytest.fixture
def refused(write):
    """What the schema has against the contract with these edits."""

    def refused(*edits) -> list[str]:
        return [one.message for one in VALIDATOR.iter_errors(load(write(*edits)).data)]

    return refused


def test_is_a_schema_that_refers_to_no_other():
    Draft201909Validator.check_schema(editor_schema())
    references = re.findall(r'"\$ref": "([^"]*)"', json.dumps(editor_schema()))
    assert all(one.startswith("#/") for one in references)


def test_the_published_file_is_of_this_release():
    published = json.loads((ROOT / "docs" / "contracts.schema.json").read_text(encoding="utf-8"))
    assert published == editor_schema(), "run: irmflow schema -o docs/contracts.schema.json"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data_contracts").glob("*.odcs.yaml")), ids=lambda one: one.name
)
def test_our_contracts_obey(path):
    VALIDATOR.validate(load(path).data)


def test_the_contract_of_the_page_obeys(tmp_path):
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "contracts.md").read_text(), flags=re.DOTALL)
    page = tmp_path / "page.odcs.yaml"
    page.write_text(text)
    VALIDATOR.validate(load(page).data)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("kind: column", "kind: colum"), "'colum' is not one of"),
        ((SPLIT, "by_hospital: {columns: [hospital], minrows: 3}"), "'minrows' was unexpected"),
        ((SPLIT, "by_hospital: {columns: [hospital], minRows: 0}"), "0 is less than"),
        ((SPLIT, "by_hospital: {columns: [hospital], small: merge}"), "'merge' is not one of"),
        ((SPLIT, "by_hospital: {}"), "'columns' is a required property"),
        ((SPLIT, "by_age: {kind: cuts, column: age}"), "'cuts' is a required property"),
        ((SPLIT, "by_age: {kind: quantiles, column: age, quantiles: 1}"), "1 is less than"),
        ((SPLIT, "by_year: {kind: window, column: admitted, every: 1d}"), "'1d' is not one of"),
        ((SPLIT, "'../up': {columns: [hospital]}"), "does not match"),
        (("value: label", "value: lable"), "'lable' is not one of"),
        (("property: environments", "property: enviroments"), "'enviroments' is not one of"),
        (("value: ignore}", "value: ignore}, {property: colour, value: red}"), "'colour' is not one of"),
        (
            ("id: heart", "id: heart\ncustomProperties: [{property: maxQuarantined, value: 5}]"),
            "not valid under",
        ),
        (("type: local", "type: locale"), "is not one of"),
    ],
)
def test_refuses_what_is_misspelt(refused, problems, edit, told):
    found = refused(edit)
    assert any(told in one for one in found), found
    assert problems(edit)


def test_custom_properties_of_other_vendors_are_theirs(refused):
    assert not refused(("value: ignore}", "value: ignore}, {property: colour, value: red, vendor: atlan}"))


PLACES = {
    "maxQuarantined": ("id: heart", "id: heart\ncustomProperties: [{property: maxQuarantined, value: %s}]"),
    "missingValues": ("id: heart", "id: heart\ncustomProperties: [{property: missingValues, value: %s}]"),
    "missingValues of a column": ("value: ignore}", "value: ignore}, {property: missingValues, value: %s}"),
    "delimiter": ("format: csv", "format: csv, customProperties: [{property: delimiter, value: %s}]"),
    "decimal": ("format: csv", "format: csv, customProperties: [{property: decimal, value: %s}]"),
    "role": ("value: ignore}", "value: %s}"),
    "scale": (
        "age\n        logicalType: integer\n        customProperties: [",
        "age\n        logicalType: integer\n        customProperties: [{property: scale, value: %s}, ",
    ),
    "environments": (f"value:\n          {SPLIT}", "value: %s"),
    "split": (SPLIT, "by_hospital: %s"),
    "rule": (
        "name: patients",
        "name: patients\n    quality: [{metric: rowCount, mustBe: 3, "
        "customProperties: [{property: environments, value: %s}]}]",
    ),
    **{
        key: (SPLIT, f"by_hospital: {{columns: [hospital], {key}: %s}}")
        for key in ("minRows", "small", "missing", "holdOut")
    },
    **{
        f"{kind} {key}": (SPLIT, f"by_it: {{kind: {kind}, column: age, {key}: %s}}")
        for kind, key in (("cuts", "cuts"), ("quantiles", "quantiles"))
    },
    "rules": (SPLIT, "by_it: {kind: rules, rules: %s}"),
    "inferred": (SPLIT, "by_it: {kind: inferred, environments: %s}"),
    "columns": (SPLIT, "by_it: {columns: %s}"),
}
VALUES: list[Any] = [
    *(None, "", ";", ".", "20 %", "own", "pool", "robust", "weight", "each", "2"),
    *(0, 2, 3.0, 0.2, float("nan"), True),
    *([], [None], ["va"], ["hospital"], [1, 2], ["va", "va"], {}, {"a": "age > 3"}),
    {"columns": ["hospital"]},
    {"a": {"columns": ["hospital"]}},
]


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_what_it_refuses_reading_refuses(place, write):
    old, new = PLACES[place]
    refusals = 0
    for value in VALUES:
        edit = (old, new % json.dumps(value).replace("NaN", ".nan"))
        path = write(edit)
        if not OURS.is_valid(load(path).data):
            refusals += 1
            with pytest.raises(ContractError):
                read(path)
    assert 0 < refusals < len(VALUES)
