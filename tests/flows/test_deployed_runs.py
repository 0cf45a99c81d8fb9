"""Deployed retrainings on a worker: one that is cancelled in Prefect's page, and two that overlap."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("folder")]  # first of all, as results lie in it

CANDIDATES = 8  # four stacks of two
STEPS = ("--set", "steps=5000")
LONG = ("--set", "steps=10000")
"""A cancellation takes some seconds to arrive: stacks, one after the other, that outlast it."""


@pytest.fixture
def worker(folder, irmflow, end_worker, tmp_path: Path) -> Iterator[str]:
    """A worker in the folder; what its processes have in their environment."""
    from prefect.settings import PREFECT_API_URL

    more = {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "PREFECT_WORKER_QUERY_SECONDS": "1"}
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "irmflow"]
    environment = os.environ | more | {"MARK": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        yield f"MARK={tmp_path}"
        end_worker(process)


@pytest.fixture
def client() -> Iterator[Any]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def deployment(folder, irmflow, worker, client) -> Callable[..., Any]:
    """Deploys; the deployment's id."""

    def deploy(*more: str) -> Any:
        said = irmflow("deploy", "clinics.odcs.yaml", "--cron", "0 3 1 1 *", *more)
        assert said.status == 0, said.err
        return client.read_deployment_by_name("retrain/clinics-by_site").id

    return deploy


def until(so: Callable[[], Any]) -> None:
    """Wait until something is so."""
    give_up = time.monotonic() + 300
    while not so():
        assert time.monotonic() < give_up, so
        time.sleep(0.2)


def test_cancelled_it_ends_mlflow_knows_and_the_next_run_trains_what_is_missing(
    irmflow, deployment, client, worker, *, processes_with, trained, kept, left_in_mlflow
) -> None:
    from prefect.states import Cancelling

    one_by_one = {"max_parallel": 1}
    run = client.create_flow_run_from_deployment(deployment(*LONG), parameters=one_by_one).id

    def state() -> Any:
        return client.read_flow_run(run).state

    until(kept)
    statuses = left_in_mlflow(str(run))
    client.set_flow_run_state(run, Cancelling())
    until(lambda: state().is_final())
    assert state().is_cancelled()
    until(lambda: len(processes_with(worker)) == 1)  # the worker
    assert "KILLED" in statuses() and statuses() <= {"KILLED", "FINISHED"}
    done = len(kept())
    again = irmflow("run", "clinics.odcs.yaml", "--report", "report.json", *LONG)
    assert again.status == 0, again.err
    assert 0 < done < CANDIDATES and len(trained) == CANDIDATES - done


@pytest.mark.parametrize(("overlap", "second"), [("skip", "CANCELLED"), ("wait", "COMPLETED")])
def test_of_two_runs_that_overlap_the_second_does_as_it_was_deployed(
    deployment, client, kept, overlap, second
) -> None:
    where = deployment(*STEPS, "--overlap", overlap)
    runs = [client.create_flow_run_from_deployment(where).id]
    until(kept)
    assert client.read_flow_run(runs[0]).state.is_running()
    runs.append(client.create_flow_run_from_deployment(where).id)

    def states() -> list[Any]:
        return [client.read_flow_run(run).state for run in runs]

    until(lambda: all(state.is_final() for state in states()))
    assert [state.type.value for state in states()] == ["COMPLETED", second], states()
    first, other = (client.read_flow_run(run) for run in runs)
    assert other.run_count == 0 or other.start_time >= first.end_time
    assert promotions() == ["true"]


def promotions() -> list[str]:
    """Of every registered version, whether it was promoted."""
    from mlflow import MlflowClient

    return [one.tags["promoted"] for one in MlflowClient().search_model_versions("name = 'clinics-by_site'")]
