"""What Prefect's page shows of a retraining, and the ways between it and MLflow."""

import json
from uuid import UUID

import pytest
from mlflow import MlflowClient
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from flows.page import page

pytestmark = pytest.mark.slow


def artifacts(report: dict) -> dict:
    of_the_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[UUID(report["retraining"])]))
    with get_client(sync_client=True) as client:
        return {one.key or one.type: one for one in client.read_artifacts(artifact_filter=of_the_run)}


def test_a_run_shows_progress_table_verdict_and_the_way_to_mlflow(folder, irmflow) -> None:
    said = irmflow("run", str(folder.contract), "--split", "but_west", "--report", "report.json")
    assert said.status == 0, said.err
    report = said.report
    made = artifacts(report)

    assert made["progress"].data == 100
    assert made["progress"].description == "6 of 6 candidates, 3 of 3 stacks"

    rows = json.loads(made["environments-clinics-but-west"].data)
    assert [one["environment"] for one in rows] == [
        *("east, left out", "north, left out", "south, left out"),
        *("worst", "mean", "west, hold-out"),
    ]
    assert list(rows[0])[1] == "r2: ERM" and list(rows[0])[2].startswith("r2: irm")
    assert rows[3]["r2: ERM"].startswith(f"{report['selection']['erm']['worst']['score']:.2f}")

    verdict = made["verdict-clinics-but-west"].data
    assert report["selection"]["reason"] in verdict and report["selection"]["promotion"] in verdict
    assert f"viewStateShareKey={report['retraining']}" in made["mlflow-clinics-but-west"].data
    assert "compareRunsMode=CHART&workflowType=machine_learning" in made["mlflow-clinics-but-west"].data

    summary = MlflowClient().get_run(report["mlflow_run_id"])
    assert summary.data.tags["prefect"] == page(report["retraining"])
    assert page(report["retraining"]) in summary.data.tags["mlflow.note.content"]


def test_without_a_server_the_page_is_where_irmflow_ui_will_put_it(monkeypatch) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        assert page("x").startswith("http://127.0.0.1:4200/")
