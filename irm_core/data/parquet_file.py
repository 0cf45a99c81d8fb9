"""Parquet files, read with the types they have. LINE is the number of the row, from 1."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE
from irm_core.data.columns import check
from irm_core.data.reading import reading
from irm_core.errors import DataError


def scan(contract: Contract, files: Sequence[Path]) -> pl.LazyFrame:
    """The declared columns of all files, in their order, and FILE, LINE, ROW_UNREADABLE (never set).

    A column of different types in different files gets the type that can hold both, at worst text.
    """
    return pl.concat([_scan_one(contract, file) for file in files], how="vertical_relaxed")


def columns(contract: Contract, file: Path) -> list[str]:  # noqa: ARG001 - all formats share this signature
    """The columns of `file`, and those that its folders name (`site=va/part.parquet`)."""
    with reading(file):
        return _scan(file).collect_schema().names()


def _scan(file: Path, **options: Any) -> pl.LazyFrame:
    hive = any("=" in folder.name for folder in file.parents)
    return pl.scan_parquet(file, glob=False, hive_partitioning=hive, **options)


def _scan_one(contract: Contract, file: Path) -> pl.LazyFrame:
    check(contract, file, columns(contract, file))
    _refuse_nested(contract, file)
    return _scan(file, row_index_name=LINE, row_index_offset=1).select(
        *(column.name for column in contract.columns),
        pl.lit(file.as_posix()).alias(FILE),
        pl.col(LINE).cast(pl.Int64),
        pl.lit(None, pl.String).alias(ROW_UNREADABLE),
    )


def _refuse_nested(contract: Contract, file: Path) -> None:
    """No declared type has lists or structures, and one would make such of other files' values."""
    types = _scan(file).collect_schema()
    for column in contract.columns:
        if types[column.name].is_nested() and column.role != "ignore":
            raise DataError(
                f"{file} holds {types[column.name]} in the column {column.name!r}, which is to be a "
                f"{column.logical_type} ({contract.path}:{column.line}). Flatten it when you write the file."
            )
