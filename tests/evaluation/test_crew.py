"""A crew: each process with its own device and share of the cores, all of them gone when something fails."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from irm_core.data.free_memory import BESIDE
from irm_core.evaluation.crew import Crew, OverError, end_idle, environment
from irm_core.training.devices import VISIBLE


def test_each_process_sees_its_own_gpu_only_and_further_ones_go_round() -> None:
    assert [environment(("2", "5"), 3, number)[VISIBLE] for number in range(3)] == ["2", "5", "2"]
    assert environment((), 2, 0)[VISIBLE] == ""


def test_processes_share_the_cores_and_the_memory(monkeypatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    for size, threads in ((1, "8"), (3, "2"), (16, "1")):
        given = environment((), size, 0)
        assert (given["OMP_NUM_THREADS"], given[BESIDE]) == (threads, str(size))


@pytest.mark.slow
def test_as_many_calls_at_a_time_as_processes_and_on_the_cpu_they_wait_for_the_next_crew() -> None:
    with Crew((), 2) as crew, ThreadPoolExecutor(3) as threads:
        began = [one.result() for one in [threads.submit(crew.call, os.getpid) for _ in range(2)]]
        calls = [threads.submit(crew.call, time.sleep, 600) for _ in range(2)]
        time.sleep(0.5)
        waiting = threads.submit(crew.call, os.getpid)
        time.sleep(0.5)
        assert not waiting.done()
        for process in crew._processes:
            process.end()
        assert all(one.exception(timeout=60) for one in calls)
        now = waiting.result(timeout=60)
        assert now not in began
        known = {process.call(os.getpid) for process in crew._processes}
    with Crew((), 2) as crew:
        assert crew.call(os.getpid) in known


@pytest.mark.slow
def test_the_process_that_is_called_first_starts_before_it_is_called() -> None:
    end_idle()
    with pytest.raises(KeyboardInterrupt), Crew((), 2) as crew:
        (first,) = [one for one in crew._processes if one.runs]
        assert crew.call(os.getpid) == first.call(os.getpid)
        raise KeyboardInterrupt  # so that all end, and none is there for another crew


@pytest.mark.slow
def test_after_a_failure_nothing_goes_on() -> None:
    with ThreadPoolExecutor(2) as threads:
        with pytest.raises(KeyboardInterrupt), Crew((), 1) as crew:
            crew.call(os.getpid)
            call, queued = (threads.submit(crew.call, time.sleep, 600) for _ in range(2))
            time.sleep(0.5)
            raise KeyboardInterrupt
        assert isinstance(call.exception(timeout=10), OverError)
        assert isinstance(queued.exception(timeout=10), OverError)


@pytest.mark.slow
def test_processes_on_gpus_end_with_their_crew() -> None:
    with Crew(("0",), 1) as crew:
        first = crew.call(os.getpid)
        assert crew.call(os.getenv, VISIBLE) == "0"
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
