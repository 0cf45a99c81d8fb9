"""What the person at the terminal sees while a retraining runs: one line per stage, bars over long work."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")

LOG_WIDTH = 120  # characters, where there is no terminal whose width would do

out = Console(width=None if sys.stdout.isatty() else LOG_WIDTH)
err = Console(stderr=True, width=None if sys.stderr.isatty() else LOG_WIDTH)


class Stages:
    """Seconds by stage, each told to the terminal as it ends."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[Callable[..., None]]:
        """Time one stage; call what it gives with short notes on what came out."""
        told: list[str] = []
        started = time.perf_counter()
        with err.status(f"{name} …"):
            yield lambda *notes: told.extend(notes)
        self.seconds[name] = round(time.perf_counter() - started, 3)
        err.print(
            f"[green]✓[/] {name:<9} {self.seconds[name]:6.1f} s  {'; '.join(told)}",
            highlight=False,
            soft_wrap=True,
        )


def track(work: Sequence[T], name: str) -> Iterator[T]:
    """The work's items, under a bar with the time left."""
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        yield from progress.track(work, description=name)
