"""A deployment: what is written to a real Prefect server, and that a worker runs it."""

import os
import subprocess
import sys
import time

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from flows.deploy import POOL
from flows.zombies import NAME

pytestmark = pytest.mark.slow


def deployments() -> dict:
    with get_client(sync_client=True) as client:
        return {one.name: one for one in client.read_deployments()}


def test_a_deployment_has_schedule_parameters_pool_and_never_overlaps(folder, irmflow) -> None:
    said = irmflow(
        "deploy",
        "clinics.odcs.yaml",
        "--cron",
        "0 3 * * *",
        "--timezone",
        "Europe/Berlin",
        "--set",
        "steps=25",
    )
    assert said.status == 0, said.err
    made = deployments()["clinics-by_site"]
    assert made.schedules[0].schedule.cron == "0 3 * * *"
    assert made.schedules[0].schedule.timezone == "Europe/Berlin"
    assert made.parameters["plan"]["steps"] == 25
    assert made.parameters["split"] == "by_site"
    assert made.work_pool_name == POOL
    assert made.job_variables["stream_output"] is False
    assert made.job_variables["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    assert made.global_concurrency_limit.limit == 1
    assert made.concurrency_options.collision_strategy.value == "CANCEL_NEW"
    assert set(made.tags) == {"dataset:clinics", "split:by_site"}
    with get_client(sync_client=True) as client:
        assert len(client.read_automations_by_name(NAME)) == 1


def test_deploying_again_updates_and_does_not_pile_up(folder, irmflow) -> None:
    for hour in (3, 4):
        assert irmflow("deploy", "clinics.odcs.yaml", "--cron", f"0 {hour} * * *").status == 0
    made = deployments()["clinics-by_site"]
    assert [one.schedule.cron for one in made.schedules] == ["0 4 * * *"]
    with get_client(sync_client=True) as client:
        assert len(client.read_automations_by_name(NAME)) == 1


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"stepz": 3}, "'stepz' was unexpected"),
        ({"plan": {"stepz": 3}}, "'plan'.*'stepz' was unexpected"),
        ({"plan": {"steps": 0}}, "'plan.steps'.*0 is less than or equal to the minimum of 0"),
        ({"runner": "horse"}, "'horse' is not one of"),
    ],
)
def test_the_server_refuses_a_run_with_unknown_or_wrong_parameters(folder, irmflow, parameters, said) -> None:
    assert irmflow("deploy", "clinics.odcs.yaml", "--cron", "0 3 * * *").status == 0
    made = deployments()["clinics-by_site"]
    assert made.enforce_parameter_schema
    with (
        get_client(sync_client=True) as client,
        pytest.raises(PrefectHTTPStatusError, match=said),
    ):
        client.create_flow_run_from_deployment(made.id, parameters=parameters)


def test_a_worker_runs_the_deployment_to_the_end(folder, irmflow) -> None:
    assert irmflow("deploy", "clinics.odcs.yaml", "--cron", "0 3 * * *").status == 0
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    with get_client(sync_client=True) as client:
        run = client.create_flow_run_from_deployment(deployments()["clinics-by_site"].id)
        worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--run-once"]
        subprocess.run(worker, env=environment, check=True, timeout=300, capture_output=True)
        state = wait_for_end(client, run.id)
    assert state.is_completed(), state.message
    assert list((folder.path / ".irmflow" / "data").rglob("manifest.json"))


def wait_for_end(client, run_id, patience: float = 300):
    """The final state of a flow run."""
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        state = client.read_flow_run(run_id).state
        if state.is_final():
            return state
        time.sleep(1)
    raise AssertionError(f"still {state} after {patience} s")


@pytest.mark.parametrize(
    "command",
    [
        "deploy clinics.odcs.yaml",
        "deploy nowhere.yaml --cron 0",
        "deploy clinics.odcs.yaml --cron @daily --split y",
        "deploy clinics.odcs.yaml --cron soon",
        "deploy clinics.odcs.yaml --cron @daily --timezone Moon",
    ],
)
def test_a_wrong_deployment_ends_with_2(folder, irmflow, command) -> None:
    assert irmflow(*command.split()).status == 2
