"""`irmflow versions` and `irmflow prune`, from outside."""

import os
from pathlib import Path

import polars as pl
import pytest

from flows.tracking.used_versions import used_versions

pytestmark = pytest.mark.slow


@pytest.fixture
def published(folder) -> list[str]:
    """The ids of three versions of the clinics, each with ten rows less, the oldest first."""
    from irm_core.contracts.read import read
    from irm_core.data import store
    from irm_core.data.ingestion import ingest

    contract, ids = read(folder.contract), []
    rows = pl.read_csv(folder.raw)
    for number in range(3):
        rows.head(400 - 10 * number).write_csv(folder.raw)
        raw = ingest(contract)
        one = store.publish(raw, contract, "by_site", Path(".irmflow/data"))
        os.utime(one.path / "manifest.json", (number, number))
        ids.append(one.version.id)
    return ids


def register(version: str) -> None:
    """A registered model that names the version, as a retraining leaves it."""
    from mlflow import MlflowClient

    client = MlflowClient()
    client.create_registered_model("clinics-by_site")
    client.create_model_version("clinics-by_site", source="/nowhere", tags={"data_version": version})


def kept() -> set[str]:
    return {path.name for path in Path(".irmflow/data/clinics/by_site").iterdir()}


def test_versions_are_shown_with_what_they_hold(folder, published, light) -> None:
    said = light("versions")
    assert said.status == 0, said.err
    lines = [line.split() for line in said.out.splitlines() if "clinics" in line]
    assert [line[2] for line in lines] == published[::-1]
    assert [line[:2] + line[3:6] for line in lines] == [
        ["clinics", "by_site", rows, "0", "4"] for rows in ("380", "390", "400")
    ]


def test_versions_of_another_data_set_are_not_shown(folder, published, light) -> None:
    folder.contract.write_text(folder.contract.read_text().replace("name: clinics", "name: cinemas"))
    said = light("versions", folder.contract.name)
    assert said.status == 0
    assert "No version of cinemas" in said.out


def test_prune_removes_the_oldest_but_never_one_that_a_model_names(folder, published, light) -> None:
    register(published[0])
    assert used_versions() == {published[0]}
    said = light("prune", "--keep", "1")
    assert said.status == 0, said.err
    assert kept() == {published[0], published[2]}
    assert f"Removed .irmflow/data/clinics/by_site/{published[1]}" in said.out
    assert f"Kept .irmflow/data/clinics/by_site/{published[0]} (a registered model" in said.out


def test_prune_of_another_data_set_removes_nothing(folder, published, light) -> None:
    said = light("prune", "--keep", "1", "--dataset", "cinemas")
    assert said.status == 0
    assert kept() == set(published)
    assert "Nothing to remove" in said.out


@pytest.mark.parametrize("arguments", [(), ("--keep", "0"), ("--keep", "all")])
def test_prune_must_be_told_how_many_to_keep(folder, light, arguments) -> None:
    assert light("prune", *arguments).status == 2


def test_without_the_registry_nothing_is_removed(folder, published, light, monkeypatch) -> None:
    (folder.path / ".irmflow" / "mlflow.db").write_text("not a database")
    said = light("prune", "--keep", "1")
    assert said.status == 1
    assert kept() == set(published)


def test_with_mlflow_away_nothing_is_removed_and_it_is_said_why(
    folder, published, light, monkeypatch, free_port
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    said = light("prune", "--keep", "1")
    assert said.status == 1
    assert "MLflow is away" in said.err
    assert "Nothing was removed" in said.err
    assert kept() == set(published)
