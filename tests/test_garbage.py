"""Garbage: not looked for while libraries are imported, nor at the end of a command."""

import gc
import subprocess
import sys

from irm_core.garbage import not_looked_for

AT_THE_END = """
import atexit, gc
from irm_core.garbage import not_at_the_end
atexit.register(lambda: print(gc.get_freeze_count() > 0, len(gc.get_objects()) < 100))
not_at_the_end()
"""


def test_it_is_looked_for_again_after_the_block() -> None:
    with not_looked_for():
        with not_looked_for():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_at_the_end_of_the_process_nothing_is_looked_through() -> None:
    done = subprocess.run([sys.executable, "-c", AT_THE_END], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
