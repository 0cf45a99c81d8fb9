"""Failures of writing for want of room, said so that they name the place, and how much room there is."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from irm_core.errors import IrmflowError

FULL = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "no file may be as large there",
}
PROBE = 65_536  # bytes


@contextmanager
def writing(what: str, folder: Path) -> Iterator[None]:
    """Turn want of room, met while `what` is written to `folder`, into an IrmflowError that says so."""
    try:
        yield
    except Exception as error:
        if why := want_of_room(error) or (isinstance(error, pl.exceptions.PolarsError) and _probed(folder)):
            raise IrmflowError(
                f"{what} cannot be written to {folder}: {why}. {_free(folder)} Make room, then run again."
            ) from error
        raise


@contextmanager
def whole(path: Path, what: str) -> Iterator[Path]:
    """A file beside `path` to be written, which takes its place once it is whole, and on the disk.

    It is gone if it is not.
    What is no file, as /dev/stdout, is written to as it is.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    unfinished = path.with_name(f"{path.stem}.unfinished{path.suffix}")
    try:
        with writing(what, path.parent):
            yield unfinished
            _to_disk(unfinished)
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _to_disk(file: Path) -> None:
    """Else, after the machine fails, there could be the name without the content."""
    with file.open("rb") as written:
        os.fsync(written.fileno())


def want_of_room(error: BaseException) -> str | None:
    """What there is too little of, if that is what the error says; Polars and SQLite say it in words only."""
    if isinstance(error, OSError) and error.errno in FULL:
        return FULL[error.errno]
    if "database or disk is full" in str(error):
        return FULL[errno.ENOSPC]
    return room_wanted(str(error))


def room_wanted(said: str) -> str | None:
    """What there is too little of, if that is what libraries in Rust say."""
    return next((why for number, why in FULL.items() if f"(os error {number})" in said), None)


def _probed(folder: Path) -> str | None:
    """What keeps a small file from being written: of the first bytes, Polars says "transport error" only."""
    try:
        with tempfile.TemporaryFile(dir=_there(folder)) as file:
            file.write(bytes(PROBE))
    except OSError as error:
        return want_of_room(error)
    return None


def _free(folder: Path) -> str:
    return f"{shutil.disk_usage(_there(folder)).free / 1e6:,.0f} MB are free there."


def _there(folder: Path) -> Path:
    return next(one for one in (folder, *folder.absolute().parents) if one.exists())
