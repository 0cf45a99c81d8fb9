"""`irmflow prune`, from outside: what goes, and what stays."""

from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from mlflow import MlflowClient

pytestmark = pytest.mark.slow

MODEL = "clinics-by_site"


def kept() -> set[str]:
    return {path.name for path in Path(".irmflow/data/clinics/by_site").iterdir()}


def model_versions() -> set[str]:
    return {str(one.version) for one in MlflowClient().search_model_versions(f"name = '{MODEL}'")}


@pytest.fixture
def retrained(folder, irmflow) -> list[dict]:
    """The reports of three retrainings, each on ten rows less; the first is champion, the last challenger."""
    rows, found = pl.read_csv(folder.raw), []
    for number in range(3):
        rows.head(400 - 10 * number).write_csv(folder.raw)
        said = irmflow("run", folder.contract.name, "--report", "report.json")
        assert said.status == 0, said.err
        found.append(said.report)
    return found


def in_prefect(retraining: str) -> set[str]:
    """What Prefect has of it: the run, its logs, its artifacts."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters

    run = UUID(retraining)
    runs = filters.FlowRunFilter(id=filters.FlowRunFilterId(any_=[run]))
    logs = filters.LogFilter(flow_run_id=filters.LogFilterFlowRunId(any_=[run]))
    artifacts = filters.ArtifactFilter(flow_run_id=filters.ArtifactFilterFlowRunId(any_=[run]))
    with get_client(sync_client=True) as client:
        found = {
            "run": client.read_flow_runs(flow_run_filter=runs),
            "logs": client.read_logs(logs),
            "artifacts": client.read_artifacts(artifact_filter=artifacts),
        }
    return {name for name, some in found.items() if some}


def test_nothing_is_left_of_a_retraining_whose_model_has_no_alias_and_is_not_the_newest(
    folder, retrained, irmflow, left
) -> None:
    champion, between, newest = retrained
    stay = {champion["retraining"], newest["retraining"]}
    listed = irmflow("prune", "--keep", "1", "--dry-run")
    assert between["data_version"] in listed.out and between["retraining"] in listed.out
    assert not any(one in listed.out for one in stay)
    assert left() == stay | {between["retraining"]}

    assert irmflow("prune", "--keep", "1").status == 0

    assert left() == stay
    assert not in_prefect(between["retraining"])
    assert all(in_prefect(one) == {"run", "logs", "artifacts"} for one in stay)
    assert model_versions() == {"1", "3"}
    assert kept() == {champion["data_version"], newest["data_version"]}
    results = [file.name for file in Path(".irmflow/results").iterdir()]
    assert len(results) == 16 and not any(between["data_version"] in name for name in results)
    artifacts = Path(".irmflow/artifacts") / MODEL
    assert len(list(artifacts.rglob("*.safetensors"))) == 2
    assert {one.name for one in artifacts.iterdir()} == {
        "models",
        champion["mlflow_run_id"],
        newest["mlflow_run_id"],
    }
    assert irmflow("predict", f"models:/{MODEL}@champion", "clinics.csv", "-o", "out.csv").status == 0
    assert "Nothing to remove" in irmflow("prune", "--keep", "1").out


def test_versions_that_no_model_and_no_retraining_names_go_by_age_with_checkpoints_on_them(
    folder, published, irmflow
) -> None:
    checkpoints = [Path(".irmflow/checkpoints") / f"{version}-content" for version in published]
    for one in checkpoints:
        one.mkdir(parents=True)
        (one / "stack.safetensors").write_bytes(b"of one that was killed")
    assert irmflow("prune", "--keep", "1").status == 0
    assert kept() == {published[2]}
    assert [one for one in checkpoints if one.exists()] == checkpoints[2:]


def test_a_model_with_an_alias_keeps_its_version_and_its_runs(
    folder, published, track, left, irmflow
) -> None:
    for number, version in enumerate(published):
        track(f"retraining-{number}", version)
    MlflowClient().set_registered_model_alias(MODEL, "mine", "1")
    said = irmflow("prune", "--keep", "1")
    assert said.status == 0, said.err
    assert model_versions() == {"1", "3"}
    assert kept() == {published[0], published[2]}
    assert left() == {"retraining-0", "retraining-2"}
    assert f"Kept .irmflow/data/clinics/by_site/{published[0]}" in said.out


def test_former_champions_are_kept_beside_the_newest(folder, published, track, irmflow) -> None:
    for number, version in enumerate(published):
        track(f"retraining-{number}", version, promoted=number == 0)
    assert irmflow("prune", "--keep", "1").status == 0
    assert model_versions() == {"1", "3"}


def test_of_another_data_set_nothing_is_removed(folder, published, track, left, irmflow) -> None:
    for number, version in enumerate(published):
        track(f"retraining-{number}", version)
    said = irmflow("prune", "--keep", "1", "--dataset", "cinemas")
    assert said.status == 0
    assert kept() == set(published) and len(left()) == 3
    assert "Nothing to remove" in said.out


@pytest.mark.parametrize("arguments", [(), ("--keep", "0"), ("--keep", "all")])
def test_it_must_be_told_how_many_to_keep(folder, light, arguments) -> None:
    assert light("prune", *arguments).status == 2
