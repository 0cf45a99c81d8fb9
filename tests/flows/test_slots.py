"""Slots on GPUs: no more stacks at a time than the server has slots; none is asked for without any."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest

from flows import slots
from flows.slots import LIMIT, ensure_limit, gpu_slots, size
from irm_core.errors import UsageError

pytestmark = pytest.mark.slow


def together(most: int, seconds: float) -> bool:
    """Whether so many hold a slot at the same time, if each waits so long for the others."""
    meeting = Barrier(most)

    def hold(number: int) -> bool:
        with gpu_slots("auto", 1):
            try:
                meeting.wait(seconds)
            except BrokenBarrierError:
                return False
            return True

    with ThreadPoolExecutor(most) as threads:
        return all(threads.map(hold, range(most)))


def test_a_slot_for_each_gpu_where_the_server_has_the_limit(prefect_server, monkeypatch) -> None:
    from prefect.client.orchestration import get_client

    monkeypatch.setattr(slots, "gpus", lambda _: ("0", "1"))
    assert size() is None
    assert together(3, 60)
    ensure_limit(0)
    assert size() is None
    ensure_limit(2)
    ensure_limit(5)
    try:
        assert together(2, 60)
        assert not together(3, 3)
        too_many = "3 are needed at once, and it has 2: lower --processes-per-model"
        with pytest.raises(UsageError, match=too_many), gpu_slots("auto", 3):
            pass
        monkeypatch.setattr(slots, "gpus", lambda _: ())
        assert together(3, 60)
    finally:
        with get_client(sync_client=True) as client:
            client.delete_global_concurrency_limit_by_name(LIMIT)
