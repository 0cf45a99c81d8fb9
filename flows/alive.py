"""Which retrainings of this working folder are alive: each holds a lock, which dies with its process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.workspace import RUNNING
from irm_core.data.lock import acquire

SUFFIX = ".lock"


@contextmanager
def alive(retraining: str) -> Iterator[None]:
    """Hold the lock of this retraining."""
    RUNNING.mkdir(parents=True, exist_ok=True)
    lock = RUNNING / f"{retraining}{SUFFIX}"
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR)
    try:
        acquire(descriptor)
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(descriptor)


def dead() -> Iterator[str]:
    """The retrainings whose process is gone, though they did not end. Each is forgotten after its turn."""
    for lock in sorted(RUNNING.glob(f"[!.]*{SUFFIX}")):  # hidden ones are of folders being written
        if not _held(lock):
            yield lock.stem
            lock.unlink(missing_ok=True)


def _held(lock: Path) -> bool:
    descriptor = os.open(lock, os.O_RDWR)
    try:
        return not acquire(descriptor)
    finally:
        os.close(descriptor)
