"""What a benchmark measures."""

import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

TOO_SHORT = 0.05  # seconds: work is repeated until it takes as long, or the clock's grain would show


@dataclass(frozen=True)
class Measured:
    """One line of the table: what was compared, its cost and that of the other, and that the answers agree.

    ours, theirs: in `unit`. least: how many times less ours is to be than theirs. most: how many times
    theirs it may be, where it cannot be less.
    """

    what: str
    against: str
    ours: float
    theirs: float
    agreement: str
    unit: str = "CPU s"
    least: float | None = None
    most: float | None = None

    @property
    def ratio(self) -> str:
        """How many times less ours costs, or how many times as much."""
        if self.most is not None:
            return f"{self.ours / self.theirs:.2f} × as much"
        return f"{self.theirs / self.ours:,.1f} × less"

    @property
    def target(self) -> str:
        """The ratio to reach, and whether it is."""
        if self.most is not None:
            return f"≤ {self.most:g} × {self._verdict(self.ours <= self.most * self.theirs)}"
        if self.least is not None:
            return f"≥ {self.least:,g} × {self._verdict(self.least * self.ours <= self.theirs)}"
        return ""

    @staticmethod
    def _verdict(reached: bool) -> str:
        return "✓" if reached else "missed"


def cpu_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The least CPU time of all threads over some repeats of the same work, once it has been done."""
    times = max(1, round(TOO_SHORT / _of(work, 1)))
    return min(_of(work, times) for _ in range(repeats))


def alone(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `work` returns in a fresh process, whose peak memory is that of nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **named).result()


def peak() -> int:
    """The most bytes that this process ever held at once, of Linux.

    Not `ru_maxrss`, which a process inherits from the one that started it, large as that is.
    """
    _, _, told = Path("/proc/self/status").read_text().partition("VmHWM:")
    return int(told.split()[0]) * 1024


def held() -> int:
    """The bytes that this process holds now. Of Linux, as is the unit of `peak`."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _of(work: Callable[[], object], times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times
