"""Garbage collection: seldom while a command works, and not at all at its end."""

import gc
import subprocess
import sys

from flows.garbage import OBJECTS, seldom_looked_for

AT_THE_END = """
import atexit, gc
from flows.garbage import seldom_looked_for
atexit.register(lambda: print(gc.get_freeze_count() > 0, len(gc.get_objects()) < 100))
with seldom_looked_for():
    pass
"""


def test_it_is_looked_for_seldom_in_the_block_only() -> None:
    before = gc.get_threshold()
    with seldom_looked_for():
        assert gc.isenabled()
        assert gc.get_threshold() == (OBJECTS, *before[1:])
    assert gc.get_threshold() == before


def test_at_the_end_of_the_process_nothing_is_looked_through() -> None:
    done = subprocess.run([sys.executable, "-c", AT_THE_END], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
