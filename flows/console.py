"""The terminal: where results and progress go, and bars over long work."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.log_fields import JSON

LOG_WIDTH = 120  # characters, where there is no terminal whose width would do

out = Console(width=None if sys.stdout.isatty() else LOG_WIDTH)
err = Console(stderr=True, width=None if sys.stderr.isatty() else LOG_WIDTH, quiet=JSON in os.environ)


@contextmanager
def bar(total: int, name: str, done: int) -> Iterator[Callable[[int, str], None]]:
    """A bar that begins at `done`; call what it gives with how many more are done, and a new name."""
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        work = progress.add_task(name, total=total, completed=done)
        yield lambda done, now: progress.update(work, advance=done, description=now)
