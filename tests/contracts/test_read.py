"""Reading a whole contract."""

import subprocess
import sys

import pytest

from irm_core.contracts.contract import Column, Source
from irm_core.contracts.read import read
from irm_core.contracts.splits import ColumnSplit


def test_reads_columns_source_splits_and_task(edited):
    contract = edited()
    assert contract.name == "heart"
    assert contract.version == "1.0.0"
    assert contract.source == Source("data/heart.csv", "csv", ",", "", 7)
    assert contract.columns[1] == Column("age", "integer", "feature", 15)
    assert [one.name for one in contract.with_role("feature")] == ["age", "cholesterol"]
    assert contract.label.name == "disease"
    assert contract.image is None
    assert contract.splits == {"by_hospital": ColumnSplit(columns=("hospital",))}
    assert contract.task == "classification"
    assert (contract.max_quarantined, contract.missing_values) == (0.0, ())


def test_every_contract_demands_that_what_is_there_can_be_read(edited):
    rules = edited().rules
    assert [rule.name for rule in rules] == [
        "row.fields",
        "age.type",
        "cholesterol.type",
        "admitted.type",
        "disease.type",
    ]
    assert all(rule.level == "row" and rule.severity == "error" for rule in rules)


def test_a_weight_is_there_and_not_negative(edited):
    weight = (
        "cholesterol\n        logicalType: number\n        customProperties: [{property: role, value: %s}]"
    )
    contract = edited((weight % "feature", weight % "weight"))
    assert contract.weight.name == "cholesterol"
    rules = {rule.name: rule.arguments for rule in contract.rules}
    assert rules["cholesterol.required"] == {"column": "cholesterol"}
    assert rules["cholesterol.range"] == {"column": "cholesterol", "min_value": 0}


def test_hash_ignores_comments_and_layout_but_not_content(write):
    plain = read(write()).sha256
    laid_out = write(("[hospital]", "[\n            hospital]"), ("id: heart", "# who?\nid:   'heart'"))
    assert read(laid_out).sha256 == plain
    assert read(write(("version: 1.0.0", "version: 1.0.1"))).sha256 != plain


@pytest.mark.parametrize("version", ["v3.1.0", "v3.2.0"])
def test_reads_versions(edited, version):
    assert edited(("v3.1.0", version)).name == "heart"


def test_refuses_other_versions(problems):
    (told,) = problems(("v3.1.0", "v3.0.2"))
    assert told.line == "apiVersion: v3.0.2"
    assert "v3.1.0" in told.sentence


def test_tells_all_problems_at_once_in_the_order_of_the_file(problems):
    told = problems(
        ("status: active", "status: active\nowner: me"),
        ("value: label", "value: lable"),
        ("columns: [hospital]", "columns: [hopsital], minRow: 3"),
        ("value: ignore", "value: ignore}, {property: colour, value: red"),
    )
    assert [one.line.split(":")[0] for one in told] == [
        "owner",
        "customProperties",
        "customProperties",
        "by_hospital",
    ]
    assert "'owner'" in told[0].sentence
    assert "'colour'" in told[1].sentence
    assert "did you mean 'label'?" in told[2].sentence
    assert "did you mean 'minRows'?" in told[3].sentence


def test_the_name_becomes_a_folder(edited, problems):
    assert edited(("id: heart", "id: 1-2-3\nname: heart_2")).name == "heart_2"
    (told,) = problems(("id: heart", "id: heart\nname: ../heart"))
    assert told.line == "name: ../heart"


def test_needs_a_label(problems):
    (told,) = problems(("value: label", "value: ignore"))
    assert "no column has the role label" in told.sentence


@pytest.mark.parametrize(
    "more",
    [
        "\n  - name: doctors",
        "\n    relationships: [{type: foreignKey, from: a.b, to: c.d}]",
    ],
)
def test_is_about_one_table(problems, more):
    found = problems(("    logicalType: object", f"    logicalType: object{more}"))
    assert any("one table" in one.sentence for one in found), found


def test_needs_something_to_learn_from(problems):
    (told,) = problems(
        (
            "logicalType: integer\n        customProperties: [{property: role, value: feature}]",
            "logicalType: integer\n        customProperties: [{property: role, value: identifier}]",
        ),
        (
            "logicalType: number\n        customProperties: [{property: role, value: feature}]",
            "logicalType: number\n        customProperties: [{property: role, value: ignore}]",
        ),
    )
    assert "nothing to learn from" in told.sentence


def test_needs_environments(problems):
    (told,) = problems(
        (
            "    customProperties:\n      - property: environments\n        value:\n"
            "          by_hospital: {kind: column, columns: [hospital]}\n",
            "",
        ),
    )
    assert "environments" in told.sentence


def test_reading_imports_neither_torch_nor_great_expectations():
    heavy = "{'torch', 'great_expectations'}"
    code = f"import sys, irm_core.contracts.read; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_for_other_tools_is_told_once_with_its_line(edited, declare):
    sla = ("status: active", "status: active\nslaProperties: [{property: latency, value: 1, unit: d}]")
    rule = "{metric: nullValues, mustBe: 0, schedule: 0 20 * * *, scheduler: cron}"
    contract = edited(sla, declare("age", f"quality:\n  - {rule}\n  - {rule.replace(': 0,', ': 1,')}"))
    assert len(contract.remarks) == 3
    assert (
        contract.remarks[0]
        == f"{contract.path}:6: slaProperties are for other tools: nothing here watches over them."
    )
    assert all("schedule is for other tools" in one for one in contract.remarks[1:])
    assert edited().remarks == ()
