"""Ctrl-C and SIGTERM end the command within seconds and in order; it says so, and what that means."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from flows import console

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE = 15  # seconds that any one step of the way out may take, as where it asks a server that is away
MEANS = "Nothing is left half-written, and what was finished is kept: the next run goes on from there."

_received: list[int] = []
_told: SimpleQueue[int] = SimpleQueue()


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise KeyboardInterrupt in the block at the first signal; after the block, exit with 128 + its number.

    A step that is still under way after some seconds is interrupted too, and so on until the process ends.
    A command that Ctrl-C ends as it should, as it does servers, exits by itself, with 0.
    """
    before = {one: signal.signal(one, _interrupt) for one in SIGNALS}
    _let_polars_come_first()
    threading.Thread(target=_insist, daemon=True).start()
    try:
        yield
    except BaseException as ended:
        if not _received or (isinstance(ended, SystemExit) and not ended.code):
            raise
        console.err.print(f"Stopped by {signal.Signals(_received[0]).name}. {MEANS}", soft_wrap=True)
        for one in SIGNALS:
            signal.signal(one, _leave)
        sys.exit(128 + _received[0])
    finally:
        if not _received:
            _told.put(0)
            for one, handler in before.items():
                signal.signal(one, handler)


def _let_polars_come_first() -> None:
    """Ctrl-C ends a query of Polars, and whatever waits.

    When it is imported Polars puts a handler over that of SIGINT, which is for queries, but lets wait on what
    waits for a lock.
    """
    import polars  # noqa: F401

    signal.siginterrupt(signal.SIGINT, True)


def is_stopped() -> bool:
    """Whether a signal has been received."""
    return bool(_received)


def _interrupt(number: int, _: object) -> None:
    _received.append(number)
    _told.put(number)
    raise KeyboardInterrupt


def _leave(*_: object) -> None:
    os._exit(128 + _received[0])


def _insist() -> None:
    number = _told.get()
    while number:
        time.sleep(PATIENCE)
        signal.pthread_kill(threading.main_thread().ident or 0, number)


def keep_stoppable(flow: Any, flow_run: Any, state: Any) -> None:  # noqa: ARG001 - Prefect's signature
    """A flow's hook at its start: SIGTERM stays the command's, where a command has started the flow.

    Prefect's own handler would ask a server that is away again for minutes. A worker's run keeps that one.
    """
    if signal.getsignal(signal.SIGINT) is _interrupt:
        signal.signal(signal.SIGTERM, _interrupt)
