"""Staging folders: where a publisher works unseen, and which the next one clears away if it dies."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

PREFIX = ".staging-"
LOCK = ".lock"


@contextmanager
def staging(home: Path) -> Iterator[Path]:
    """A new folder in `home`, gone afterwards unless it was renamed. Folders of dead publishers are removed.

    A publisher holds a file lock for as long as it lives, however it dies.
    """
    home.mkdir(parents=True, exist_ok=True)
    _clear(home)
    descriptor, lock = _locked(home)
    folder = lock.with_suffix("")
    try:
        folder.mkdir()
        yield folder
    finally:
        _remove(folder, lock)
        os.close(descriptor)


def _locked(home: Path) -> tuple[int, Path]:
    while True:
        lock = home / f"{PREFIX}{uuid4().hex}{LOCK}"
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR)
        if _acquire(descriptor) and os.fstat(descriptor).st_nlink:
            return descriptor, lock
        # Between creation and lock, another publisher took it for a dead one's.
        os.close(descriptor)


def _acquire(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _clear(home: Path) -> None:
    for lock in home.glob(f"{PREFIX}*{LOCK}"):
        try:
            descriptor = os.open(lock, os.O_RDWR)
        except FileNotFoundError:
            continue
        if _acquire(descriptor):
            _remove(lock.with_suffix(""), lock)
        os.close(descriptor)


def _remove(folder: Path, lock: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    lock.unlink(missing_ok=True)
