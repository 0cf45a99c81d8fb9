"""Folders of a table that are being written: unseen until they are committed, removed if they never are."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from irm_core.data.lake.table import Table
from irm_core.data.lock import abandoned, locked
from irm_core.errors import DataError

PREFIX = ".delta-"


@contextmanager
def uploading(home: Path, table: Table, identity: str) -> Iterator[str]:
    """The name of a new folder of the table, removed afterwards unless a commit has it.

    home: where a locked note says that it is being written, for as long as its writer lives: `clear` removes
    what dead ones have left.
    """
    descriptor, note = locked(lambda: home / f"{PREFIX}{identity}-{uuid4().hex[:12]}")
    folder = note.name.removeprefix(PREFIX)
    try:
        note.write_text(table.location)
        yield folder
        _discard(note, table)
    except BaseException:
        with suppress(DataError):  # the same again; the note stays, and the next publisher tries
            _discard(note, table)
        raise
    finally:
        os.close(descriptor)


def clear(home: Path, table: Table) -> None:
    """Remove what dead publishers have left in this table."""
    for note in abandoned(home.glob(f"{PREFIX}*")):
        if note.read_text() in ("", table.location):
            _discard(note, table)


def _discard(note: Path, table: Table) -> None:
    folder = note.name.removeprefix(PREFIX)
    if folder not in {one.folder for one in table.commits()}:
        table.remove(folder)
    note.unlink(missing_ok=True)
