"""The verdict is with Prefect's server when the retraining ends; where it cannot be, the log says so."""

import pytest
from httpx import ConnectError
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.filters import EventFilter, EventNameFilter

from flows.verdict_event import VERDICT

pytestmark = pytest.mark.slow


def verdict_of(run: str) -> dict[str, str] | None:
    """Of the run's event: the model's labels, names of what is related, tags; None while it is not stored."""
    with get_client(sync_client=True) as client:
        found = client.read_events(EventFilter(event=EventNameFilter(name=[VERDICT])), limit=50).events
    for one in found:
        related = {other.role: other for other in one.related}
        if related["flow-run"].id == f"prefect.flow-run.{run}":
            tags = " ".join(other.id for other in one.related if other.role == "tag")
            names = {role: other.name for role, other in related.items()}
            return dict(one.resource.items()) | names | {"tags": tags}
    return None


def test_it_names_the_model_the_run_and_the_flow(folder, irmflow, until) -> None:
    assert irmflow("run", folder.contract.name).status == 0
    with get_client(sync_client=True) as client:
        (run,) = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
    told = until(lambda: verdict_of(run.id))  # the server stores what it has every few seconds
    assert told["prefect.resource.id"] == "irmflow.model.clinics-by_site"
    assert (told["irmflow.objective"], told["irmflow.promoted"]) == ("erm", "true")
    assert (told["flow-run"], told["flow"]) == (run.name, "retrain")
    assert all(tag in told["tags"] for tag in run.tags) and run.tags


def test_where_prefect_does_not_take_it_the_log_says_so(folder, irmflow, monkeypatch, caplog) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectError("nobody is there")

    monkeypatch.setattr("flows.verdict_event.record", away)
    said = irmflow("run", folder.contract.name)
    assert said.status == 0, said.err
    assert "not told of the verdict: nobody is there" in caplog.text
