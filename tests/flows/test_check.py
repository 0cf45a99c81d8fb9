"""`irmflow check`: what a retraining would find, without one."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def edit(path: Path, old: str, new: str, times: int = -1) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, times))


def check(folder, light, *more):
    return light("check", folder.contract.name, "--report", "report.json", *more)


def test_fit_data_are_told_to_be_so_and_nothing_is_published(folder, light) -> None:
    said = check(folder, light)
    assert said.status == 0, said.err
    report = said.report
    assert report["rows"] == {"read": 400, "good": 400, "quarantined": 0}
    assert report["environments"]["north"] == {
        "rows": 100,
        "hold_out": False,
        "label_mean": pytest.approx(-5.5, abs=3),
        "label_deviation": pytest.approx(3, abs=1.5),
    }
    assert report["diagnosis"]["verdict"] == "can teach invariance"
    assert (report["problems"], report["quarantine"]) == ([], [])
    assert all(rule["success"] for rule in report["rules"])
    assert f"as version {report['data_version']}" in said.out
    assert not [path for path in Path(".irmflow").rglob("*") if path.is_file()]


def test_the_version_is_the_one_that_a_run_would_publish(folder, light) -> None:
    from irm_core.contracts.read import read
    from irm_core.data import store
    from irm_core.data.ingestion import ingest

    contract = read(folder.contract)
    raw = ingest(contract)
    published = store.publish(raw, contract, "but_west", folder.path / "store").version
    report = check(folder, light, "--split", "but_west").report
    assert (report["data_version"], report["split"]) == (published.id, published.split)
    assert report["rows"] == published.rows.model_dump()
    assert {name: one["rows"] for name, one in report["environments"].items()} == {
        one.name: one.rows for one in published.environments
    }
    assert report["environments"]["west"]["hold_out"]


def test_quarantined_rows_are_told_with_rule_place_and_value(folder, light) -> None:
    lines = folder.raw.read_text().splitlines()
    lines[3] = "south,30,much,a,1.0"
    lines[5] = "north,30,0.1,a,"
    lines[6] = "west,31,0.1,a,"
    folder.raw.write_text("\n".join(lines))
    said = check(folder, light)
    assert said.status == 0, said.err
    assert said.report["quarantine"] == [
        {"rule": "recovery.required", "rows": 2, "place": "clinics.csv:6", "value": "recovery = ''"},
        {"rule": "dose.type", "rows": 1, "place": "clinics.csv:4", "value": "dose = 'much'"},
    ]
    assert said.report["rows"] == {"read": 400, "good": 397, "quarantined": 3}
    assert "clinics.csv:4" in said.out and "dose = 'much'" in said.out


def test_a_broken_rule_that_only_warns_is_marked_with_its_bound(folder, light) -> None:
    splits = "    customProperties:\n      - property: environments"
    rule = "    quality: [{metric: rowCount, mustBeGreaterThan: 500, severity: warning}]\n"
    edit(folder.contract, splits, rule + splits)
    said = check(folder, light)
    assert said.status == 0, said.err
    (line,) = (line for line in said.out.splitlines() if "table.rows" in line)
    assert line.split() == ["table.rows", "table", "warning", "400", "≥", "501"]


def test_more_reasons_than_are_shown_are_counted(folder, light) -> None:
    kind = "type: expect_column_values_to_be_between, kwargs: {column: age, max_value: %s}"
    entry = "      - {type: custom, engine: greatExpectations, implementation: {%s}}"
    rules = "\n".join(entry % kind % -bound for bound in range(1, 13))
    splits = "    customProperties:\n      - property: environments"
    edit(folder.contract, splits, f"    quality:\n{rules}\n{splits}")
    said = check(folder, light)
    assert len(said.report["quarantine"]) == 10
    assert "and 2 more rules" in said.out


def test_more_bad_rows_than_allowed_end_with_3_and_all_findings(folder, light) -> None:
    edit(folder.raw, "north", "mars")
    said = check(folder, light)
    assert said.status == 3
    assert "100 of 400 rows (25.0%) break the contract" in said.err
    assert said.report["problems"] == [
        "100 of 400 rows (25.0%) break the contract clinics.odcs.yaml, which allows 5.0%."
    ]
    assert set(said.report["environments"]) == {"south", "east", "west"}
    assert said.report["diagnosis"]["reasons"]


def test_unfit_environments_end_with_3_and_are_shown_all_the_same(folder, light) -> None:
    edit(folder.contract, "minRows: 20", "minRows: 101, holdOut: [mars]")
    said = check(folder, light)
    assert said.status == 3
    assert len(said.report["problems"]) == 5
    assert "'mars'" in said.err and "'north' has 100 good rows" in said.err
    assert said.report["diagnosis"] is None
    assert {one["rows"] for one in said.report["environments"].values()} == {100}
    assert "north" in said.out


def test_a_broken_rule_on_the_whole_table_ends_with_3_and_all_findings(folder, light) -> None:
    splits = "    customProperties:\n      - property: environments"
    rule = "    quality: [{metric: rowCount, mustBeGreaterThan: 500}]\n"
    edit(folder.contract, splits, rule + splits)
    said = check(folder, light)
    assert said.status == 3
    assert said.report["problems"] == ["The rule table.rows is broken, which no quarantine mends: found 400."]
    assert said.report["diagnosis"]["verdict"] == "can teach invariance"


def test_a_rule_within_environments_is_told_by_environment(folder, light) -> None:
    splits = "    customProperties:\n      - property: environments"
    rules = """    quality:
      - metric: rowCount
        mustBeGreaterThan: 100
        customProperties: [{property: environments, value: [north, west]}, {property: split, value: by_site}]
      - type: custom
        engine: greatExpectations
        implementation:
          {type: expect_column_values_to_be_between, kwargs: {column: age, max_value: -1, mostly: 0.5}}
        customProperties: [{property: environments, value: east}, {property: split, value: by_site}]
"""
    edit(folder.contract, splits, rules + splits)
    said = check(folder, light)
    assert said.status == 3
    assert said.report["problems"] == [
        "The rule table.rows in north is broken, which no quarantine mends: found 100.",
        "The rule table.rows in west is broken, which no quarantine mends: found 100.",
        "The rule age.range 2 in east is broken, which no quarantine mends: 100 of 100 rows break it.",
    ]


def test_not_one_good_row_is_a_problem_of_the_data(folder, light) -> None:
    edit(folder.contract, "maximum: 120", "maximum: 1")
    said = check(folder, light)
    assert said.status == 3
    assert said.report["rows"]["good"] == 0
    assert said.report["environments"] == {}


@pytest.mark.parametrize(
    ("old", "new", "status", "told"),
    [
        ("role, value: label", "role, value: labl", 2, r"clinics.odcs.yaml"),
        ("path: clinics.csv", "path: nowhere.csv", 3, "nowhere.csv"),
    ],
)
def test_what_cannot_be_checked_is_refused(folder, light, old, new, status, told) -> None:
    edit(folder.contract, old, new)
    said = check(folder, light)
    assert (said.status, said.report) == (status, None)
    assert told in said.err


def test_names_in_square_brackets_are_no_markup(folder, light) -> None:
    edit(folder.raw, "north", "[red]north[/]")
    edit(folder.contract, "north", "'[red]north[/]'")
    edit(folder.contract, "maximum: 120", "maximum: 80")
    edit(folder.contract, "5 %", "50 %")
    said = check(folder, light)
    assert said.status == 0, said.err
    assert "[red]north[/]" in said.out


def test_a_check_imports_no_server_and_no_learner(folder) -> None:
    code = (
        "import sys; from flows.cli import app; app(['check', 'clinics.odcs.yaml'], standalone_mode=False); "
        "sys.exit(', '.join({'prefect', 'mlflow', 'torch', 'matplotlib'} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_a_split_of_too_few_environments_is_told_as_a_run_tells_it(folder, light) -> None:
    edit(folder.contract, "columns: [site], holdOut: [west]", "columns: [site], holdOut: [west, east]")
    said = check(folder, light, "--split", "but_west")
    assert said.status == 2
    assert "only 2 environments (north, south)" in said.err
    assert said.report["diagnosis"]["verdict"] == "too few"
    assert len(said.report["problems"]) == 1


def test_want_of_room_is_said_in_a_sentence_and_leaves_nothing(folder, light, largest) -> None:
    with largest(1_000):
        said = check(folder, light)
    assert (said.status, said.report) == (1, None)
    assert "The data cannot be written to .irmflow/checks: no file may be as large there." in said.err
    assert "Make room, then run again." in said.err
    assert not [path for path in Path(".irmflow").rglob("*") if path.is_file()]
