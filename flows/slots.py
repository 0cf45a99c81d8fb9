"""Slots on GPUs: how many stacks may be trained at a time, over all retrainings of one Prefect server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectNotFound

from irm_core.training.devices import gpus

LIMIT = "irmflow-gpu"
LEASE = 60  # seconds after which the slot of a killed retraining is free again
AT_WORK = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING])))


@contextmanager
def gpu_slots(device: Literal["auto", "cpu", "cuda"], count: int) -> Iterator[None]:
    """Hold so many slots of the global concurrency limit, where the server has it and the device is a GPU.

    A training does not end because its lease could not be renewed: the server may be away for a while.
    """
    if not gpus(device) or not is_limited():
        yield
        return
    with concurrency(LIMIT, count, lease_duration=LEASE, strict=True, raise_on_lease_renewal_failure=False):
        yield


def is_limited() -> bool:
    """Whether the server has the limit."""
    with get_client(sync_client=True) as client:
        try:
            client.read_global_concurrency_limit_by_name(LIMIT)
        except ObjectNotFound:
            return False
    return True


def ensure_limit(slots: int) -> None:
    """Create the limit where there is none; one that is there stays as it is."""
    if slots and not is_limited():
        with get_client(sync_client=True) as client:
            client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=LIMIT, limit=slots))


def free_leaked() -> int:
    """Free the slots that are held while no flow runs on the whole server; how many they were.

    Leases free those of the dead by themselves, but for a server that forgets them when it starts again.
    """
    with get_client(sync_client=True) as client:
        try:
            held = client.read_global_concurrency_limit_by_name(LIMIT).active_slots
        except ObjectNotFound:
            return 0
        if not held or client.read_flow_runs(flow_run_filter=AT_WORK, limit=1):
            return 0
        client.update_global_concurrency_limit(LIMIT, GlobalConcurrencyLimitUpdate(active_slots=0))
    return held
