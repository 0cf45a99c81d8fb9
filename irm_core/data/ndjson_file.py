"""NDJSON (JSON lines): one object per line, read raw as text, each with its file and line."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE
from irm_core.data.columns import check
from irm_core.data.compression import refuse_unread
from irm_core.data.reading import reading
from irm_core.errors import DataError

TEXT = "_text"
FIRST_LINES = 1000  # in which every column must appear once


def scan(contract: Contract, files: Sequence[Path]) -> pl.LazyFrame:
    """The declared columns of all files, in their order, as text, and FILE, LINE, ROW_UNREADABLE.

    A key that a line lacks is a missing value, as null is. Objects and lists are their JSON text. Of a key
    that stands twice in a line, the first is read.
    """
    return pl.concat([_scan_one(contract, file) for file in files])


def columns(contract: Contract, file: Path) -> list[str]:  # noqa: ARG001 - all formats share this signature
    """The keys of the first lines, in the order in which they appear."""
    return list(dict.fromkeys(key for one in _first(file) for key in one))


def nested(file: Path) -> set[str]:
    """The keys that hold an object or a list in some of the first lines."""
    return {key for one in _first(file) for key, value in one.items() if isinstance(value, dict | list)}


def _first(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of the first lines; what is none goes to quarantine when it is read."""
    with reading(file):
        refuse_unread(file)
        lines = pl.scan_lines(file, name=TEXT, n_rows=FIRST_LINES, glob=False).collect()[TEXT]
    for line in lines:
        with suppress(json.JSONDecodeError):
            found = json.loads(line.removeprefix("\ufeff"))
            if isinstance(found, dict):
                yield found


def _scan_one(contract: Contract, file: Path) -> pl.LazyFrame:
    check(contract, file, columns(contract, file))
    _refuse_unreachable(contract, file)
    lines = pl.scan_lines(file, name=TEXT, row_index_name=LINE, row_index_offset=1, glob=False)
    text = pl.col(TEXT).str.strip_prefix("\ufeff")
    whole = text.str.json_path_match("$")
    return lines.filter(text.str.strip_chars() != "").select(
        *(text.str.json_path_match(_path(column.name)).alias(column.name) for column in contract.columns),
        pl.lit(file.as_posix()).alias(FILE),
        pl.col(LINE).cast(pl.Int64),
        pl.when(~whole.str.starts_with("{").fill_null(False))
        .then(pl.concat_str(pl.lit("not a JSON object: "), text))
        .alias(ROW_UNREADABLE),
    )


def _refuse_unreachable(contract: Contract, file: Path) -> None:
    """The paths that Polars knows have no way to write a backslash, nor both quotation marks."""
    for column in contract.columns:
        if "\\" in column.name or {"'", '"'} <= set(column.name):
            told = f"the key {column.name!r} has a backslash, or both quotation marks, and cannot be read"
            raise DataError(f"{file}: {told}; rename it.")


def _path(key: str) -> str:
    """JSONPath of a key of the object itself."""
    mark = "'" if '"' in key else '"'
    return f"$[{mark}{key}{mark}]"
