"""The event `irmflow.new-data`: what the sensor tells Prefect, and the trigger that hears it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.events import DeploymentEventTrigger
from prefect.events.filters import EventFilter, EventIDFilter

from flows.events import record

NEW_DATA = "irmflow.new-data"


def tell(dataset: str, change: UUID, counts: Mapping[str, int]) -> None:
    """Record the event under the id `change`; raises where the server has not taken it."""
    named = {"prefect.resource.id": name(dataset), "prefect.resource.name": dataset}
    record(NEW_DATA, named, counts, id=change)


def already_told(change: UUID) -> bool:
    """True if the server has the event of this change."""
    with get_client(sync_client=True) as client:
        return bool(client.read_events(EventFilter(id=EventIDFilter(id=[change])), limit=1).events)


def on_new_data(dataset: str) -> Any:
    """The trigger that starts a deployment whenever there are new data of a data set."""
    return DeploymentEventTrigger(
        name=f"irmflow: new data of {dataset}",
        expect={NEW_DATA},
        match={"prefect.resource.id": name(dataset)},
    )


def name(dataset: str) -> str:
    """The data set, as Prefect's events name it."""
    return f"irmflow.data-set.{dataset}"
