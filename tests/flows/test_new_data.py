"""New data start a retraining: on a real Prefect server, by a worker, and once."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.settings import PREFECT_API_URL

from flows.new_data import NEW_DATA

pytestmark = pytest.mark.slow


@pytest.fixture
def worker(folder, irmflow, end_worker) -> Iterator[None]:
    """A worker of the pool in this folder."""
    os.environ["PREFECT_API_URL"] = str(PREFECT_API_URL.value())
    environment = os.environ | {"PREFECT_WORKER_QUERY_SECONDS": "1"}
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "irmflow", "--type", "process"]
    with (folder.path / "worker.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    yield
    end_worker(process)
    del os.environ["PREFECT_API_URL"]


@pytest.fixture
def deployed(folder, irmflow) -> None:
    """The clinics in several files, retrained on new data."""
    text = folder.contract.read_text().replace("path: clinics.csv", "path: raw/*.csv")
    folder.contract.write_text(text.replace(": clinics\n", ": rooms\n"))
    Path("raw").mkdir()
    folder.raw.rename("raw/first.csv")
    Path("clinics.plan.yaml").rename("rooms.plan.yaml")
    said = irmflow("deploy", folder.contract.name, "--look-every", "1d", "--plan", "rooms.plan.yaml")
    assert said.status == 0, said.err
    assert "retrain/rooms-by_site and look/rooms: on new data" in said.out


def runs(deployment: str) -> list:
    """The runs of a deployment, the oldest first, a schedule's future ones aside."""
    named = DeploymentFilter(name=DeploymentFilterName(any_=[deployment]))
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(deployment_filter=named)
    return sorted((one for one in found if not one.auto_scheduled), key=lambda one: one.created)


def events() -> int:
    with get_client(sync_client=True) as client:
        found = client.read_events(EventFilter(event=EventNameFilter(name=[NEW_DATA])), limit=50).events
    return len([one for one in found if one.resource.id == "irmflow.data-set.rooms"])


def look() -> None:
    """Have the worker look once."""
    with get_client(sync_client=True) as client:
        made = client.read_deployment_by_name("look/rooms")
        run = client.create_flow_run_from_deployment(made.id, parameters={"settled": 0.1})

        def ended() -> bool:
            return client.read_flow_run(run.id).state.is_final()

        until(ended)
        state = client.read_flow_run(run.id).state
    assert state.is_completed(), state.message


def until(ask: Callable[[], object], patience: float = 200) -> None:
    give_up = time.monotonic() + patience
    while not ask():
        assert time.monotonic() < give_up, Path("worker.log").read_text()
        time.sleep(0.5)


def completed(count: int) -> bool:
    """True once so many retrainings have come through; fails if one does not."""
    states = [one.state.type.value for one in runs("rooms-by_site")]
    assert set(states) <= {"SCHEDULED", "PENDING", "RUNNING", "COMPLETED"}, states
    return states == ["COMPLETED"] * count


def test_new_files_start_a_retraining_once_and_unchanged_ones_nothing(folder, deployed, worker) -> None:
    look()
    until(lambda: completed(1))
    versions = set(Path(".irmflow/data").rglob("manifest.json"))
    assert (len(versions), events()) == (1, 1)

    look()
    lines = Path("raw/first.csv").read_text().splitlines(keepends=True)
    Path("raw/second.csv").write_text("".join(lines[:41]))
    look()
    until(lambda: completed(2))
    assert len(set(Path(".irmflow/data").rglob("manifest.json")) - versions) == 1
    assert events() == 2

    look()
    time.sleep(5)
    assert (len(runs("rooms-by_site")), events()) == (2, 2)
