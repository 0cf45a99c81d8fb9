"""Sources: where the raw data are, and how each format is read.

A new format is one module and one line here.
"""

import glob as globbing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract, Source
from irm_core.data import csv_file, image_tree, ndjson_file, parquet_file
from irm_core.data.reading import reading
from irm_core.errors import DataError

FORMATS = {"csv": csv_file, "ndjson": ndjson_file, "parquet": parquet_file, "images": image_tree}


def find(source: Source) -> list[Path]:
    """The files that the source's path, pattern or template names, sorted. DataError if there are none."""
    if Path(source.path).is_file():
        return [Path(source.path)]
    pattern = image_tree.glob(source.path) if source.format == "images" else source.path
    # Path.glob takes no absolute pattern.
    found = globbing.glob(pattern, recursive=True)  # noqa: PTH207
    files = sorted(path for path in map(Path, found) if path.is_file())
    if not files:
        description = f" The contract says of it: {source.description}." if source.description else ""
        raise DataError(
            f"No file is at {source.path}, seen from {Path.cwd()}.{description} "
            f"Relative paths are relative to the working folder; a folder needs a pattern, like folder/*.csv."
        )
    return files


def scan(contract: Contract, files: Sequence[Path]) -> pl.LazyFrame:
    """The declared columns as the files say them, FILE, LINE and ROW_UNREADABLE; files in the given order.

    FILE: the path as given. LINE: the line where the record begins (Parquet: the number of the row), from 1.
    ROW_UNREADABLE: null, or what is wrong with a record that has not as many fields as the header, followed
    by the record itself.
    Raises DataError, before any row is read, for a file that lacks a declared column, has one twice, is
    empty, is not UTF-8 or is cut short; and where all files together have not one row.
    """
    raw = FORMATS[contract.source.format].scan(contract, files)
    with damage_named(contract, files):
        refuse_no_rows(raw, files)
    return raw


def refuse_no_rows(rows: pl.LazyFrame, files: Sequence[Path]) -> None:
    """Raise DataError where the rows of all these files together are none."""
    if rows.head(1).collect().is_empty():
        raise no_rows(files)


def no_rows(files: Sequence[Path]) -> DataError:
    """The error where the rows of all these files together are none."""
    named = ", ".join(map(str, files[:3]))
    return DataError(f"{named}: there are columns, but not one row. Is the export complete?")


@contextmanager
def damage_named(contract: Contract, files: Sequence[Path]) -> Iterator[None]:
    """Where rows of the files cannot be read: raise a DataError that names the first damaged file instead."""
    try:
        yield
    except (pl.exceptions.PolarsError, DataError):
        for file in files:
            with reading(file):
                one = FORMATS[contract.source.format].scan(contract, [file])
                one.select(pl.all().null_count()).collect(engine="streaming")
        raise


def raw_columns(contract: Contract, files: Sequence[Path]) -> tuple[str, ...]:
    """The columns of the first file, and those that only others have; the contract may not declare them."""
    first, *others = (FORMATS[contract.source.format].columns(contract, file) for file in files)
    more = dict.fromkeys(name for one in others for name in one if name not in first)
    return (*first, *more)
