"""Garbage is not looked for in what libraries hold: 700,000 objects, a third of a second for each look."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_looked_for() -> Iterator[None]:
    """While libraries are imported, which else is interrupted again and again by a look at what is new."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


def not_at_the_end() -> None:
    """Let this process end without a look at all that it holds."""
    atexit.register(gc.freeze)
