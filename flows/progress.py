"""Progress of long work: a bar in the terminal, and the same on the run's page in Prefect."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from httpx import HTTPError
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.exceptions import PrefectException
from prefect.logging import get_run_logger

from flows import console


@contextmanager
def progress(total: int, name: str) -> Iterator[Callable[[int], None]]:
    """Call what it gives with the number of things that are done."""
    done = 0
    tell = _page(total, name)
    with console.bar(total, name) as advance:

        def report(more: int) -> None:
            nonlocal done
            done += more
            advance(more)
            tell(done)

        yield report


def _page(total: int, name: str) -> Callable[[int], None]:
    """Tells Prefect how many are done; after a failure no more, since no work may wait for a picture."""
    made: Any = create_progress_artifact(0.0, description=_said(0, total, name))
    away = False

    def tell(done: int) -> None:
        nonlocal away
        if away:
            return
        try:
            update_progress_artifact(made, 100 * done / max(1, total), _said(done, total, name))
        except (HTTPError, PrefectException) as error:
            away = True
            get_run_logger().warning("Prefect's page shows no further progress: %s", error)

    return tell


def _said(done: int, total: int, name: str) -> str:
    return f"{done:,} of {total:,} {name}"
