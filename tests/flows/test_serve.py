"""`irmflow deploy --serve`: a schedule without a worker, which ends cleanly with Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL

from flows.zombies import NAME as AUTOMATION

pytestmark = pytest.mark.slow

NAME = "retrain/halls-by_site"


@pytest.fixture
def serving(folder, irmflow):
    """The command in a process of its own, under a name that no other test has."""
    folder.contract.write_text(folder.contract.read_text().replace(": clinics\n", ": halls\n"))
    command = [
        sys.executable,
        "-m",
        "flows",
        "deploy",
        folder.contract.name,
        "--cron",
        "0 3 1 1 *",
        "--serve",
    ]
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    with (
        Path("serve.log").open("w") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        yield process
        process.kill()


def beats(client, run) -> list[dict]:
    """The run's signs of life."""
    of_run = {"id": [f"prefect.flow-run.{run}"]}
    wanted = {"event": {"name": ["prefect.flow-run.heartbeat"]}, "resource": of_run}
    answer = client.request("POST", "/events/filter", json={"filter": wanted})
    return answer.json()["events"]


def until(ask, process, patience: float = 240):
    give_up = time.monotonic() + patience
    while not (found := ask()):
        assert process.poll() is None and time.monotonic() < give_up, Path("serve.log").read_text()
        time.sleep(0.5)
    return found


def deployed(client):
    """The deployment, if it is there and may start runs."""
    try:
        found = client.read_deployment_by_name(NAME)
    except ObjectNotFound:
        return None
    return None if found.paused else found


def stop(process, number: signal.Signals) -> None:
    """It ends in order, and says what that means."""
    process.send_signal(number)
    said = Path("serve.log")
    assert process.wait(60) == 0, said.read_text()
    assert "schedules are paused" in said.read_text()
    assert "Traceback" not in said.read_text() and "Warning" not in said.read_text(), said.read_text()


def test_a_run_completes_and_ctrl_c_ends_it_cleanly(serving) -> None:
    with get_client(sync_client=True) as client:
        made = until(partial(deployed, client), serving)
        assert made.schedules[0].active
        run = client.create_flow_run_from_deployment(made.id)

        def state():
            found = client.read_flow_run(run.id).state
            return found if found.is_final() else None

        ended = until(state, serving)
        assert ended.is_completed(), ended.message
        assert list(Path(".irmflow/data").rglob("manifest.json"))
        assert client.read_automations_by_name(AUTOMATION)
        assert until(partial(beats, client, run.id), serving)
        stop(serving, signal.SIGINT)
        assert client.read_deployment_by_name(NAME).paused, "nobody would run it"


def test_served_again_it_starts_again_until_sigterm(serving) -> None:
    with get_client(sync_client=True) as client:
        until(partial(deployed, client), serving)
        stop(serving, signal.SIGTERM)
        assert client.read_deployment_by_name(NAME).paused
