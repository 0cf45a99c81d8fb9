"""Staging folders: where a publisher works unseen, and which the next one clears away if it dies."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from irm_core.data.lock import abandoned, locked
from irm_core.data.writing import writing

PREFIX = ".staging-"
LOCK = ".lock"


@contextmanager
def staging(home: Path) -> Iterator[Path]:
    """A new folder in `home`, gone afterwards unless it was renamed. Folders of dead publishers are removed.

    A publisher holds a file lock for as long as it lives, however it dies. Raises IrmflowError where the disk
    has no room for what is written there.
    """
    with writing("The data", home):
        home.mkdir(parents=True, exist_ok=True)
        clear(home)
        descriptor, lock = locked(lambda: home / f"{PREFIX}{uuid4().hex}{LOCK}")
        folder = lock.with_suffix("")
        try:
            with writing("The data", home):  # once more: what is free is seen before the folder is gone
                folder.mkdir()
                yield folder
        finally:
            _remove(folder, lock)
            os.close(descriptor)


def clear(home: Path) -> list[Path]:
    """Remove the folders of dead publishers in `home`; which they were."""
    found = []
    for lock in abandoned(home.glob(f"{PREFIX}*{LOCK}")):
        _remove(lock.with_suffix(""), lock)
        found.append(lock.with_suffix(""))
    return found


def _remove(folder: Path, lock: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    lock.unlink(missing_ok=True)
