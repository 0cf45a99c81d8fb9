"""The event `irmflow.new-data`: what the sensor tells Prefect, and the trigger that hears it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.events import DeploymentEventTrigger, Event, Resource
from prefect.events.filters import EventFilter, EventIDFilter
from prefect.types._datetime import now

NEW_DATA = "irmflow.new-data"


def tell(dataset: str, change: UUID, counts: Mapping[str, int]) -> None:
    """Record the event under the id `change`; returns once the server has it, and raises where it has not.

    Not by `emit_event`, which sends later and only logs a failure.
    """
    event = Event(
        id=change, occurred=now("UTC"), event=NEW_DATA, resource=resource(dataset), payload=dict(counts)
    )
    with get_client(sync_client=True) as client:
        client.request("POST", "/events", json=[event.model_dump(mode="json")]).raise_for_status()


def already_told(change: UUID) -> bool:
    """True if the server has the event of this change."""
    with get_client(sync_client=True) as client:
        return bool(client.read_events(EventFilter(id=EventIDFilter(id=[change])), limit=1).events)


def resource(dataset: str) -> Resource:
    """The data set, as Prefect's events name it."""
    return Resource({"prefect.resource.id": f"irmflow.data-set.{dataset}", "prefect.resource.name": dataset})


def on_new_data(dataset: str) -> Any:
    """The trigger that starts a deployment whenever there are new data of a data set."""
    return DeploymentEventTrigger(
        name=f"irmflow: new data of {dataset}",
        expect={NEW_DATA},
        match={"prefect.resource.id": f"irmflow.data-set.{dataset}"},
    )
