"""Events that Prefect's server has when the call returns, for automations that listen."""

from collections.abc import Mapping
from typing import Any

from prefect.client.orchestration import get_client
from prefect.events import Event, Resource
from prefect.types._datetime import now


def record(event: str, resource: Mapping[str, str], payload: Mapping[str, Any], **more: Any) -> None:
    """Record that this happened to the resource now; raises where the server has not taken it.

    Not by Prefect's `emit_event`, which sends later, from a thread that only logs a failure.
    """
    made = Event(
        event=event, occurred=now("UTC"), resource=Resource(dict(resource)), payload=dict(payload), **more
    )
    with get_client(sync_client=True) as client:
        client.request("POST", "/events", json=[made.model_dump(mode="json")]).raise_for_status()
