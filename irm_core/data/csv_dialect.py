"""How CSV files are written, where nobody says it: their encoding and their delimiter."""

import csv
from collections.abc import Sequence
from pathlib import Path

from irm_core.contracts.source import UTF_8
from irm_core.data.compression import opened
from irm_core.data.csv_bytes import is_utf_8
from irm_core.data.csv_file import DELIMITERS
from irm_core.data.lines import TEXT, UTF_16, numbered
from irm_core.data.reading import reading
from irm_core.errors import DataError

WESTERN = "cp1252"
PIECE = 1 << 20  # bytes


def encoding_of(files: Sequence[Path]) -> str:
    """The encoding that all files share, by Python's name.

    Raises DataError for UTF-16, and where some files are UTF-8 and others are not.
    """
    others = [file for file in files if not _is_utf_8(file)]
    if not others:
        return UTF_8
    beside = next((file for file in files if file not in others and not _is_ascii(file)), None)
    if beside is not None:
        raise DataError(
            f"{beside} is in UTF-8 and {others[0]} is not: files of one contract have one encoding. "
            f"Convert the latter, for example: iconv -f windows-1252 -t utf-8."
        )
    return WESTERN


def delimiter_of(file: Path, encoding: str) -> str:
    """The delimiter that parts the first line into the most fields."""
    with reading(file):
        lines = numbered(file, encoding).head(1).collect()[TEXT]
    first = lines[0] if len(lines) else ""
    return max(DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))


def _is_utf_8(file: Path) -> bool:
    with reading(file):
        _refuse_utf_16(file)
        return is_utf_8(file)


def _refuse_utf_16(file: Path) -> None:
    with opened(file) as content:
        if content.read(2) in UTF_16:
            raise DataError(f"{file} is in UTF-16. Convert it, for example: iconv -f utf-16 -t utf-8.")


def _is_ascii(file: Path) -> bool:
    with opened(file) as content:
        return all(piece.isascii() for piece in iter(lambda: content.read(PIECE), b""))
