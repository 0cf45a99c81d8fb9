"""Turns: what two retrainings of a working folder must not do at once, one of them does after the other."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging import get_run_logger

from flows import console
from flows.workspace import RUNNING
from irm_core.data import lock


@contextmanager
def turn(at: str, waits_for: str) -> Iterator[None]:
    """Be the only one at this in this folder; say whom we wait for. The dead keep nobody waiting."""
    RUNNING.mkdir(parents=True, exist_ok=True)
    with lock.turn(RUNNING / f".turn-{at}.lock", lambda: _tell(waits_for)):
        yield


def _tell(waits_for: str) -> None:
    said = f"Waiting for {waits_for}, which is under way in this folder."
    console.err.print(said, soft_wrap=True)
    get_run_logger().info(said)
