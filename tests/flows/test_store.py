"""The store in Delta Lake, from outside: what a run, the versions and pruning say of it."""

import polars as pl
import pytest
from mlflow import MlflowClient

pytestmark = pytest.mark.slow


def test_a_run_commits_to_the_store_and_says_so_wherever_people_look(folder, irmflow) -> None:
    first = irmflow("run", folder.contract.name, "--store", "delta:lake", "--report", "report.json")
    assert first.status == 0, first.err
    table = folder.path / "lake" / "clinics" / "by_site"
    assert first.report["delta"] == {"table": str(table), "version": 0}
    assert f"Delta version 0 of {table}" in " ".join((first.out + first.err).split())
    assert pl.read_delta(str(table)).height == first.report["rows"]["good"]
    used = MlflowClient().get_run(first.report["mlflow_run_id"]).inputs.dataset_inputs[0]
    tags = {one.key: one.value for one in used.tags}
    assert (tags["delta_table"], tags["delta_version"]) == (str(table), "0")
    again = irmflow("run", folder.contract.name, "--store", "delta:other", "--report", "report.json")
    assert again.report["unchanged"]
    other = folder.path / "other" / "clinics" / "by_site"
    assert again.report["delta"] == {"table": str(other), "version": 0}
    shown = irmflow("versions")
    assert shown.out.split()[:9][-1] == "Delta"
    assert [line.split()[-1] for line in shown.out.splitlines() if "clinics" in line] == ["0"]


def test_versions_that_the_table_shows_or_has_just_shown_are_kept(folder, irmflow) -> None:
    from pathlib import Path

    from irm_core.contracts.read import read
    from irm_core.data import store
    from irm_core.data.ingestion import ingest
    from irm_core.data.lake import store as lake

    contract, rows = read(folder.contract), pl.read_csv(folder.raw)
    for number in range(3):
        rows.head(400 - 10 * number).write_csv(folder.raw)
        one = store.publish(ingest(contract), contract, "by_site", Path(".irmflow/data"))
        lake.publish(one, "delta:lake")
    said = irmflow("prune", "--keep", "1")
    assert said.status == 0, said.err
    assert said.out.count("(its Delta table showed it less than 7 days ago)") == 2
    assert len(list(Path(".irmflow/data/clinics/by_site").iterdir())) == 3


def test_a_store_that_is_none_is_refused_before_any_work(folder, light, monkeypatch) -> None:
    said = light("run", folder.contract.name, "--store", "lake")
    assert said.status == 2
    assert "Write delta:FOLDER" in said.err
    monkeypatch.setenv("IRMFLOW_STORE", "delta:s3://someone:secret@bucket/lake")
    said = light("run", folder.contract.name)
    assert said.status == 2
    assert "holds no credentials" in said.err
    assert "secret" not in said.err
