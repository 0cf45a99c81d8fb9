"""Failures of writing, said so that they name what was written, and how much room there is."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from irm_core.errors import IrmflowError

FULL = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "no file may be as large here",
}


@contextmanager
def writing(what: object, folder: object) -> Iterator[None]:
    """Turn a full disk, met while `what` is written to `folder`, into an IrmflowError that says so."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        if why := full(error):
            raise IrmflowError(
                f"{what} cannot be written: {why}. {_free(Path(str(folder)))} Make room and run again."
            ) from error
        raise


def full(error: BaseException) -> str | None:
    """Why there was no room, if that is what the error says; Polars says it in words only."""
    if isinstance(error, OSError) and error.errno in FULL:
        return FULL[error.errno]
    return next((why for number, why in FULL.items() if f"os error {number})" in str(error)), None)


def _free(folder: Path) -> str:
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    return f"{shutil.disk_usage(there).free / 1e9:.1f} GB are free in {there}."
