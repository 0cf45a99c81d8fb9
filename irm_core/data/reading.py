"""Failures of reading a file, said so that they name the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from irm_core.data.lines import COMPRESSED, UTF_16
from irm_core.errors import DataError


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Turn what Polars or the system says about `file` into a DataError that names it."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"{file} cannot be read: {_sentence(file, error)}") from error


def _sentence(file: Path, error: Exception) -> str:
    said = str(error).strip().splitlines()[0]
    if "utf8" not in said.replace("-", ""):
        return f"{said.rstrip('.')}. Is the file complete, and in the format that the contract says?"
    with file.open("rb") as content:
        if content.read(2) in UTF_16:
            return f"it is in UTF-16. Convert it to UTF-8: iconv -f utf-16 -t utf-8 {file}"
    return (
        f"it is not UTF-8{_where(file)}. Say its `encoding` in the contract's server, as windows-1252, or "
        f"convert it, for example: iconv -f windows-1252 -t utf-8 {file}"
    )


def _where(file: Path) -> str:
    if file.suffix in COMPRESSED:
        return ""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return f" (line {number})"
    return ""
