"""Garbage is looked for seldom: the libraries' 700,000 objects are none, and a look at them takes a third of
a second, in which imports, and the end of the process, would be caught again and again.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 100_000


@contextmanager
def seldom_looked_for() -> Iterator[None]:
    """Look once per so many new objects in the block, and not at all when the process ends."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*before)
