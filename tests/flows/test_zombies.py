"""The automation for silent runs, on a real server: it ends ours, and leaves those of others alone."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.events import Event
from prefect.states import Running

from flows.zombies import ensure_zombie_automation

pytestmark = pytest.mark.slow


@pytest.fixture
def client(prefect_server: None) -> Iterator[Any]:
    with get_client(sync_client=True) as client:
        yield client


def silent(client: Any, name: str) -> Any:
    """A run of a flow of this name, which gives one sign of life and no more; its id."""
    run = client.create_flow_run(flow(name=name)(lambda: None), state=Running())
    of_flow = {"prefect.resource.role": "flow", "prefect.resource.name": name}
    beat = Event(
        event="prefect.flow-run.heartbeat",
        resource={"prefect.resource.id": f"prefect.flow-run.{run.id}"},
        related=[of_flow | {"prefect.resource.id": f"prefect.flow.{run.flow_id}"}],
    )
    client.request("POST", "/events", json=[beat.model_dump(mode="json")])  # emitted, it might say who does
    return run.id


def completed() -> Any:
    """A run of ours that came to its end, after a real sign of life; its id."""
    state = flow(name="retrain")(lambda: None)(return_state=True)
    return state.state_details.flow_run_id


def test_our_silent_run_is_crashed_one_that_ended_or_of_others_is_not(client, monkeypatch) -> None:
    monkeypatch.setattr("flows.zombies.SILENCE", timedelta(seconds=15))
    ensure_zombie_automation()
    ended, theirs, ours = completed(), silent(client, "theirs"), silent(client, "retrain")
    give_up = time.monotonic() + 120
    while client.read_flow_run(ours).state.is_running():
        assert time.monotonic() < give_up
        time.sleep(0.5)
    assert client.read_flow_run(ours).state.is_crashed()
    time.sleep(5)
    assert client.read_flow_run(theirs).state.is_running()
    assert client.read_flow_run(ended).state.is_completed()
    monkeypatch.undo()
    ensure_zombie_automation()
