"""What a benchmark measures."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One line of the table: what was compared, CPU seconds of both, and that the answers agree."""

    what: str
    against: str
    seconds: float
    seconds_against: float
    agreement: str

    @property
    def ratio(self) -> float:
        """How many times less CPU ours takes."""
        return self.seconds_against / self.seconds


def cpu_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The least CPU time of all threads over some repeats of the same work."""
    return min(_once(work) for _ in range(repeats))


def _once(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
