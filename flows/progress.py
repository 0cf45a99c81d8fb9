"""Progress of the training: a bar in the terminal, lines elsewhere, the same on the run's page in Prefect."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from httpx import HTTPError
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.exceptions import PrefectException
from prefect.logging import get_run_logger

from flows import console
from irm_core.evaluation.stack import Together

SECONDS = 30  # between lines where there is no terminal


@contextmanager
def progress(stacks: Sequence[Together], known: int) -> Iterator[Callable[[Together], None]]:
    """Call what it gives with each stack that is done. known: how many candidates were, before all stacks."""
    total, done, began = known + sum(map(len, stacks)), known, time.monotonic()
    ended = 0
    page, line = _page(known / total, _said(known, total, 0, len(stacks))), _lines()
    with console.bar(total, "candidates", known) as advance:

        def tell(stack: Together) -> None:
            nonlocal done, ended
            done, ended = done + len(stack), ended + 1
            said = _said(done, total, ended, len(stacks))
            advance(len(stack), f"stack {ended}/{len(stacks)}, candidates")
            page(done / total, said)
            line(
                f"{said}, about {duration((time.monotonic() - began) * (total - done) / (done - known))} left"
            )

        yield tell


def _lines() -> Callable[[str], None]:
    """Tells Prefect's log, and now and then who has no terminal to see a bar in."""
    told = time.monotonic()

    def tell(said: str) -> None:
        nonlocal told
        get_run_logger().info(said)
        if not console.err.is_terminal and time.monotonic() - told >= SECONDS:
            told = time.monotonic()
            console.err.print(f"  {said}", highlight=False)

    return tell


def _page(known: float, said: str) -> Callable[[float, str], None]:
    """Tells Prefect which share is done; after a failure no more, since no work may wait for a picture."""
    made: Any = create_progress_artifact(100 * known, description=said)
    away = False

    def tell(share: float, said: str) -> None:
        nonlocal away
        if away:
            return
        try:
            update_progress_artifact(made, 100 * share, said)
        except (HTTPError, PrefectException) as error:
            away = True
            get_run_logger().warning("Prefect's page shows no further progress: %s", error)

    return tell


def _said(done: int, total: int, ended: int, stacks: int) -> str:
    return f"{done:,} of {total:,} candidates, {ended:,} of {stacks:,} stacks"


def duration(seconds: float) -> str:
    """In words: `45 s`, `12 min`, `3.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
