"""Processes that share a machine's devices, at the service of as many threads."""

import atexit
from collections import defaultdict
from collections.abc import Callable, Sequence
from queue import LifoQueue
from typing import Any, Self

import torch

from irm_core.data.free_memory import BESIDE
from irm_core.evaluation.process import DiedError, Process
from irm_core.training.devices import VISIBLE

_idle: defaultdict[tuple[tuple[str, str], ...], list[Process]] = defaultdict(list)
"""By their environment: those that a crew has left, for the next one in this process."""


class OverError(Exception):
    """The crew's context has ended: what was asked for is not wanted any more."""


class Crew:
    """`size` processes, each with one of `gpus` to itself, or, where there are more, few others beside it.

    Without GPUs they share the cores. A context: afterwards processes on GPUs are gone, and with them what
    they took there; others wait for the next crew. After a failure all are gone, whatever they were at.
    The process that is called first starts at once: it imports for seconds, while the caller goes on.
    """

    def __init__(self, gpus: Sequence[str], size: int) -> None:
        self._gpus = tuple(gpus)
        self._environments = [environment(gpus, size, number) for number in range(size)]
        self._processes: list[Process] = []
        self._free: LifoQueue[Process] = LifoQueue()
        self._over = False

    def __enter__(self) -> Self:
        for one in self._environments:
            idle = _idle[tuple(one.items())]
            self._processes.append(idle.pop() if idle else Process(one))
        *others, first = sorted(self._processes, key=lambda one: one.runs)
        for process in (*others, first):  # the last is taken first
            self._free.put(process)
        first.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *what: object) -> None:
        self._over = True
        for one, process in zip(self._environments, self._processes, strict=True):
            if kind is not None or self._gpus:
                process.end()
            else:
                _idle[tuple(one.items())].append(process)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function gives in the next free process.

        Raises what it raises, DiedError where the process dies, OverError where that is because all ended.
        """
        process = self._free.get()
        try:
            if self._over:
                raise OverError
            return process.call(function, *arguments)
        except DiedError as error:
            if self._over:
                raise OverError from error
            raise
        finally:
            self._free.put(process)

    def call_all(self, function: Callable[[], None]) -> None:
        """Call it in every process that runs; none may be at work."""
        for process in self._processes:
            if process.runs:
                process.call(function)


def environment(gpus: Sequence[str], size: int, number: int) -> dict[str, str]:
    """What the process of this number, of so many, is told: which device it sees, and what others take."""
    return {
        VISIBLE: gpus[number % len(gpus)] if gpus else "",
        "OMP_NUM_THREADS": str(max(1, torch.get_num_threads() // size)),
        BESIDE: str(size),
    }


@atexit.register
def end_idle() -> None:
    """End what no crew has taken up again."""
    for processes in _idle.values():
        while processes:
            processes.pop().end()
