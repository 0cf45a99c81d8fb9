"""Slots on GPUs: how many stacks may be trained at a time, over all retrainings of one Prefect server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import GlobalConcurrencyLimitResponse
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectNotFound

from irm_core.errors import UsageError
from irm_core.training.devices import gpus

LIMIT = "irmflow-gpu"
LEASE = 60  # seconds after which the slot of a killed retraining is free again
AT_WORK = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING])))


@contextmanager
def gpu_slots(device: Literal["auto", "cpu", "cuda"], count: int) -> Iterator[None]:
    """Hold so many slots of the global concurrency limit, where the server has it and the device is a GPU.

    A training does not end because its lease could not be renewed: the server may be away for a while.
    """
    most = size() if gpus(device) else None
    if most is None:
        yield
        return
    refuse_more(count, most)
    with concurrency(LIMIT, count, lease_duration=LEASE, strict=True, raise_on_lease_renewal_failure=False):
        yield


def size() -> int | None:
    """How many slots the server has; None where it has no limit."""
    return found.limit if (found := limit()) else None


def limit() -> GlobalConcurrencyLimitResponse | None:
    """The limit as the server has it, if it does."""
    with get_client(sync_client=True) as client:
        try:
            return client.read_global_concurrency_limit_by_name(LIMIT)
        except ObjectNotFound:
            return None


def refuse_more(count: int, most: int) -> None:
    """UsageError where a stack wants more slots than there are at all."""
    if count > most:
        raise UsageError(
            f"Each process that trains a model takes a slot of Prefect's limit {LIMIT}. {count} are needed "
            f"at once, and it has {most}: lower --processes-per-model, or raise the limit, where there are "
            f"so many GPUs: prefect gcl update {LIMIT} --limit {count}."
        )


def ensure_limit(count: int) -> None:
    """Create the limit where there is none; one that is there stays as it is."""
    if count and size() is None:
        with get_client(sync_client=True) as client:
            client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=LIMIT, limit=count))


def free_leaked() -> int:
    """Free the slots that are held while no flow runs on the whole server; how many they were.

    Leases free those of the dead by themselves, but for a server that forgets them when it starts again.
    """
    found = limit()
    if found is None or not found.active_slots:
        return 0
    with get_client(sync_client=True) as client:
        if client.read_flow_runs(flow_run_filter=AT_WORK, limit=1):
            return 0
        client.update_global_concurrency_limit(LIMIT, GlobalConcurrencyLimitUpdate(active_slots=0))
    return found.active_slots
