"""Quarantine: every row is good or has its rules, and keeps what the file says."""

import dataclasses

import polars as pl
import pytest

from irm_core.contracts.names import FILE, LINE, RULES
from irm_core.contracts.rules import Rule
from irm_core.contracts.within import Within
from irm_core.data.preparation import prepare
from irm_core.data.quarantine import flag, good, not_alone, quarantined
from irm_core.data.sources import scan

BETWEEN = "expect_column_values_to_be_between"
UNIQUE = "expect_column_values_to_be_unique"
TEXT = "hospital,age,sick\nva,50,1\nva,fifty,1\n,200,\nzh,?,0\n"


@pytest.fixture
def flagged(contract, tmp_path):
    file = tmp_path / "patients.csv"
    file.write_text(TEXT)
    return flag(prepare(scan(contract(), [file]), contract()), contract())


def test_rows_name_the_rules_that_they_break(flagged):
    broken = [[], ["age.type"], ["hospital.required", "age.range", "sick.required"], []]
    assert flagged.collect()[RULES].to_list() == broken


def test_good_rows_are_typed(flagged, contract):
    found = good(flagged, contract()).collect()
    assert found.select("hospital", "age", "sick", LINE).rows() == [("va", 50.0, 1, 2), ("zh", None, 0, 5)]


def test_quarantined_rows_are_raw(flagged, contract):
    found = quarantined(flagged, contract()).collect()
    assert found.select("hospital", "age", "sick", LINE).rows() == [
        ("va", "fifty", "1", 3),
        ("", "200", "", 4),
    ]
    assert found[FILE].str.ends_with("patients.csv").all()


@pytest.mark.parametrize("change", [{"severity": "warning"}, {"level": "table"}])
def test_warnings_and_rules_on_tables_quarantine_no_row(change, flagged, contract):
    rules = tuple(dataclasses.replace(rule, **change) for rule in contract().rules)
    frame = flag(flagged.drop(RULES), contract(rules=rules)).collect()
    assert frame.schema[RULES] == pl.List(pl.String)
    assert frame[RULES].list.len().sum() == 0


def test_rows_that_repeat_others_are_the_same_found_at_once_or_before(contract, tmp_path):
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file, ages in zip(files, ((50, 60, ""), (60, 70, "")), strict=True):
        lines = [f"va,{age},1" for age in ages]
        file.write_text("\n".join(["hospital,age,sick", *lines]) + "\n")
    repeats = [
        Rule("age.unique", "row", UNIQUE, {"column": "age"}, "error", 9),
        Rule("sick.unique", "row", UNIQUE, {"column": "sick"}, "warning", 9),
        Rule(
            "pair.unique",
            "row",
            "expect_compound_columns_to_be_unique",
            {"column_list": ["age", "sick"]},
            "error",
            9,
        ),
    ]
    declared = contract(rules=(*contract().rules, *repeats))
    prepared = prepare(scan(declared, files), declared)
    known = not_alone(prepared, declared)
    assert list(known) == ["age.unique", "pair.unique"]
    before = flag(prepared, declared, known).collect()
    assert before.equals(flag(prepared, declared).collect())
    twice = ["age.unique", "pair.unique"]
    assert before[RULES].to_list() == [[], twice, ["pair.unique"], twice, [], ["pair.unique"]]


def test_rules_within_environments_quarantine_rows_of_these_alone_and_name_them(contract, tmp_path):
    file = tmp_path / "patients.csv"
    file.write_text("hospital,age,sick\nva,50,1\nva,70,1\nzh,70,0\nbe,70,0\n,70,0\nbe,70,1\n")
    by_hospital = contract().splits["by_hospital"]
    old = {"column": "age", "max_value": 60.0}
    rules = (
        Rule("age.range", "row", BETWEEN, old, "error", 9, Within("by_hospital", by_hospital, ("va", "zh"))),
        Rule("age.unique", "row", UNIQUE, {"column": "age"}, "error", 9, Within("by_hospital", by_hospital)),
    )
    declared = contract(rules=rules)
    prepared = prepare(scan(declared, [file]), declared)
    found = flag(prepared, declared, not_alone(prepared, declared)).collect()
    assert found.equals(flag(prepared, declared).collect())
    twice = ["age.unique in be"]
    assert found[RULES].to_list() == [[], ["age.range in va"], ["age.range in zh"], twice, [], twice]
