"""`irmflow init`: what it writes is fit to be checked and run, and where it is not, it says why."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from irm_core.contracts.read import read

PLAN = "{objectives: [erm], seeds: [0], hidden: [4], steps: 8, warmup_steps: 2, record_every: 4}\n"
ROWS = 240
SITES = {"Köln", "north", "east: 2", "west, end"}


def test_what_init_writes_is_fit_to_run(name, here, light, raw, init) -> None:
    data = raw(name)
    said = init(light, data)
    assert said.status == 0, said.err
    assert f"irmflow check {name}.odcs.yaml" in said.out
    checked = light("check", f"{name}.odcs.yaml", "--report", "report.json")
    assert checked.status == 0, checked.err
    assert set(checked.report["environments"]) == SITES
    good = checked.report["rows"]["good"]
    assert good == ROWS - (name == "semicolons")


@pytest.mark.slow
def test_a_model_predicts_from_files_that_are_written_as_those_it_learnt_from(
    here, irmflow, rows, table, commas, raw, init
) -> None:
    init(irmflow, raw("semicolons"))
    Path("semicolons.plan.yaml").write_text(PLAN)
    assert irmflow("run", "semicolons.odcs.yaml").status == 0
    new = table(commas(rows()), ";").encode("cp1252")
    Path("new.csv").write_bytes(new)
    said = irmflow("predict", "models:/semicolons-by_site@champion", "new.csv", "-o", "out.parquet")
    assert said.status == 0, said.err
    out = pl.read_parquet("out.parquet")
    assert (out.height, out["prediction"].null_count(), out["site"][0]) == (ROWS, 0, "Köln")


@pytest.mark.parametrize(
    ("environment", "target", "told"),
    [
        ("sites", "recovery", "--environment sites: there is no such column. Is it 'site'?"),
        ("site", "recovry", "--target recovry: there is no such column. Is it 'recovery'?"),
        ("recovery", "recovery", "'recovery' cannot both be predicted (--target)"),
        ("site", "seen", "--target seen: a date cannot be predicted."),
    ],
)
def test_columns_that_cannot_be_what_they_are_named_for(
    environment, target, told, here, light, raw, init
) -> None:
    said = init(light, raw("day-month-year"), environment=environment, target=target)
    assert said.status == 2
    assert told in said.err
    assert not list(Path().glob("*.yaml"))


def test_a_contract_that_is_there_is_kept(here, light, raw, init) -> None:
    data, path = raw("text-label"), Path("text-label.odcs.yaml")
    path.write_text("mine")
    assert init(light, data).status == 2
    assert path.read_text() == "mine"
    assert init(light, data, "-o", "other.yaml").status == 0
    assert init(light, data, "--force").status == 0
    assert read(path).columns == read(Path("other.yaml")).columns


@pytest.mark.parametrize(
    ("frame", "status", "told"),
    [
        (
            {"site": ["a", "b"] * 30, "x": range(0, 120, 2), "y": [0.5, 1.5, 2.5] * 20},
            0,
            "only 2 environments",
        ),
        ({"site": ["a", "b", "c"] * 20, "x": range(0, 120, 2), "y": ["u"] * 60}, 0, "only one value"),
        (
            {"site": ["a", "b", "c"] * 20, "x": [1] * 60, "y": [0.5, 1.5] * 30},
            2,
            "no column can be a feature",
        ),
    ],
)
def test_where_a_run_must_stop_init_says_why(frame, status, told, here, light, init) -> None:
    pl.DataFrame(frame).write_csv("table.csv")
    said = init(light, "table.csv", target="y")
    assert said.status == status
    assert told in " ".join((said.out + said.err).split())


def test_init_imports_no_server_and_no_learner(here, raw) -> None:
    raw("text-label")
    code = (
        "import sys; from flows.cli import app; "
        "app('init text-label.csv --environment site --target recovery'.split(), standalone_mode=False); "
        "sys.exit(', '.join({'prefect', 'mlflow', 'torch', 'great_expectations'} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
