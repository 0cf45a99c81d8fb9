"""Flow runs in Prefect, with their task runs, logs and artifacts."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowFilter,
    FlowFilterName,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from flows.pruning.removal import Removal
from irm_core.data.newest import beyond_newest
from irm_core.errors import IrmflowError

KIND = "retrainings in Prefect"
PAGE = 200  # the most that Prefect's server gives at a time
PATIENCE = 30  # seconds for the server to delete what a run has logged


def flow_runs() -> list[FlowRun]:
    """Every run of the flow `retrain` but the schedule's future ones, the newest first."""
    flow = FlowFilter(name=FlowFilterName(any_=["retrain"]))
    with get_client(sync_client=True) as client:

        def page(offset: int) -> list[FlowRun]:
            sort = FlowRunSort.EXPECTED_START_TIME_DESC
            return client.read_flow_runs(flow_filter=flow, sort=sort, limit=PAGE, offset=offset)

        return [one for one in _pages(page) if one.state is None or not one.state.is_scheduled()]


def removals(known: Sequence[FlowRun], keep: int, dataset: str | None, in_use: set[str]) -> Iterator[Removal]:
    """The ended ones beyond the newest `keep` of their data set and split, and not in use.

    A run that ended before its contract could be read is of no data set: all such are counted together.
    """
    stay = in_use | unended(known)
    for one in beyond_newest(known, keep, of):
        wanted = dataset is None or f"dataset:{dataset}" in one.tags
        if wanted and str(one.id) not in stay:
            yield Removal(KIND, of(one) or "no data set", str(one.id), None, partial(delete, one.id))


def of(run: FlowRun) -> str:
    """Its data set and split, by its tags."""
    said = dict(tag.split(":", 1) for tag in run.tags if ":" in tag)
    return f"{said['dataset']}-{said['split']}" if {"dataset", "split"} <= said.keys() else ""


def unended(known: Sequence[FlowRun]) -> set[str]:
    """Those that may still be at work."""
    return {str(one.id) for one in known if one.state is None or not one.state.is_final()}


def delete(run: UUID) -> None:
    """Delete a flow run, its task runs and artifacts. Prefect's server deletes the logs, a little later."""
    with get_client(sync_client=True) as client:
        artifacts = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
        while found := client.read_artifacts(artifact_filter=artifacts, limit=PAGE):
            for one in found:
                client.delete_artifact(one.id)
        with suppress(ObjectNotFound):
            client.delete_flow_run(run)


def await_logs(removed: Sequence[Removal]) -> None:
    """Return once the logs of the flow runs among these are gone. Raises IrmflowError if they stay."""
    give_up = time.monotonic() + PATIENCE
    for one in removed:
        if one.kind == KIND:
            logs = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[UUID(one.name)]))
            _await(logs, give_up)


def _await(logs: LogFilter, give_up: float) -> None:
    with get_client(sync_client=True) as client:
        while client.read_logs(logs, limit=1):
            if time.monotonic() > give_up:
                raise IrmflowError(
                    "Prefect's server has not deleted the logs of deleted runs. It does so once a day where "
                    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED=events,orphans is set for it."
                )
            time.sleep(0.05)


def _pages(page: Callable[[int], list[Any]]) -> Iterator[Any]:
    offset = 0
    while found := page(offset):
        yield from found
        offset += len(found)
