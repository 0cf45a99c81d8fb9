"""File locks, which the system releases when their holder dies, however it dies."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def acquire(descriptor: int) -> bool:
    """Lock an open file; False where another process holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def locked(name: Callable[[], Path]) -> tuple[int, Path]:
    """A new file, open and locked. name: gives another one whenever it is called."""
    while True:
        lock = name()
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR)
        if acquire(descriptor) and os.fstat(descriptor).st_nlink:
            return descriptor, lock
        # Between creation and lock, another process took it for a dead one's.
        os.close(descriptor)


def abandoned(locks: Iterable[Path]) -> Iterator[Path]:
    """Those of the lock files whose holders have died. Each is held here for its turn."""
    for lock in locks:
        try:
            descriptor = os.open(lock, os.O_RDWR)
        except FileNotFoundError:
            continue  # its holder has just ended
        try:
            if acquire(descriptor):
                yield lock
        finally:
            os.close(descriptor)


@contextmanager
def held(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock of this file, alone or beside others that share it; wait until it is free."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def turn(lock: Path, wait: Callable[[], object]) -> Iterator[None]:
    """Hold the lock of this path, which is there for so long; `wait` is called before we wait for another."""
    descriptor = _taken(lock, wait)
    try:
        yield
    finally:
        lock.unlink()
        os.close(descriptor)


def _taken(lock: Path, wait: Callable[[], object]) -> int:
    while True:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR)
        if not acquire(descriptor):
            wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor
        # Whom we waited for has removed it, and who comes now makes another.
        os.close(descriptor)
