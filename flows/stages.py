"""Stages of a retraining: how long each took, told to the terminal and to Prefect's log as it ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prefect.logging import get_run_logger

from flows import console
from flows.time_limit import time_limit


class Stages:
    """Seconds by stage. limit: how many each may take, if not as many as it needs."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[Callable[..., None]]:
        """Time one stage; call what it gives with short notes on what came out."""
        told: list[str] = []
        started = time.perf_counter()
        with console.err.status(f"{name} …"), time_limit(name, self.limit):
            yield lambda *notes: told.extend(notes)
        self.seconds[name] = round(time.perf_counter() - started, 3)
        line = f"{name:<9} {self.seconds[name]:6.1f} s  {'; '.join(told)}"
        console.err.print(f"[green]✓[/] {line}", highlight=False, soft_wrap=True)
        get_run_logger().info(line)
