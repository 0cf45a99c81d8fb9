"""A turn: of many that come at once, one is at work at a time, and whoever dies keeps nobody waiting."""

import subprocess
import sys
from pathlib import Path

import pytest

WORK = """
import sys
from pathlib import Path
from irm_core.data.lock import turn

lock, log = Path(sys.argv[1]), Path(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for _ in range(50):
    with turn(lock, lambda: None):
        log.write_text(log.read_text() + "x")
"""
DIES = """
import os, signal, sys
from pathlib import Path
from irm_core.data.lock import turn

with turn(Path(sys.argv[1]), lambda: None):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_of_several_one_is_at_work_at_a_time_and_no_lock_is_left(tmp_path: Path) -> None:
    lock, log = tmp_path / "one.lock", tmp_path / "log"
    log.touch()
    command = [sys.executable, "-c", WORK, str(lock), str(log)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for worker in workers:
        worker.stdout.readline()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate(timeout=60)
        assert worker.returncode == 0
    assert log.read_text() == "x" * 150
    assert not lock.exists()


def test_who_dies_keeps_nobody_waiting(tmp_path: Path) -> None:
    from irm_core.data.lock import turn

    lock = tmp_path / "one.lock"
    subprocess.run([sys.executable, "-c", DIES, str(lock)], check=False)
    assert lock.exists()
    with turn(lock, lambda: pytest.fail("waits for the dead")):
        pass
    assert not lock.exists()
