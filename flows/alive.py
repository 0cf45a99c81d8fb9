"""Which retrainings of this working folder are alive: each holds a lock, which dies with its process."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path

from flows.workspace import HOME, RUNNING
from irm_core.data.lock import acquire, held

SUFFIX = ".lock"
BEGINNING = HOME / "beginning.lock"


@contextmanager
def alive(retraining: str) -> Iterator[Callable[[str], None]]:
    """Hold the lock of this retraining. Call what it gives with the data version, once that is known.

    Where it is stopped the file stays: `irmflow doctor` looks whether Prefect and MLflow know.
    """
    RUNNING.mkdir(parents=True, exist_ok=True)
    lock = RUNNING / f"{retraining}{SUFFIX}"
    with held(BEGINNING, shared=True):
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR)
        acquire(descriptor)
    try:
        yield partial(_say, lock)
    except Exception:
        lock.unlink(missing_ok=True)
        raise
    else:
        lock.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def none_begins() -> AbstractContextManager[None]:
    """In the block no retraining begins: those that would, wait for its end."""
    return held(BEGINNING)


def at_work() -> dict[str, str]:
    """The retrainings that are alive, each with its data version; "" while that is not known.

    Call it while none begins: one that has no lock yet would be overlooked.
    """
    found = {}
    for lock in _locks():
        with suppress(FileNotFoundError):  # it ends just now
            version = lock.read_text()
            if _held(lock):
                found[lock.stem] = version
    return found


def dead() -> Iterator[str]:
    """The retrainings whose process is gone, though they did not end. Each is forgotten after its turn."""
    with none_begins():
        living = at_work()
        gone = [lock for lock in _locks() if lock.stem not in living]
    for lock in gone:
        yield lock.stem
        lock.unlink(missing_ok=True)


def _say(lock: Path, version: str) -> None:
    lock.write_text(version)


def _locks() -> list[Path]:
    return sorted(RUNNING.glob(f"[!.]*{SUFFIX}"))  # hidden ones are of folders being written


def _held(lock: Path) -> bool:
    descriptor = os.open(lock, os.O_RDWR)
    try:
        return not acquire(descriptor)
    finally:
        os.close(descriptor)
