"""Prepared rows, kept: files are parsed once, and all later stages read what was made of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import RULES
from irm_core.data import csv_native
from irm_core.data.csv_bytes import is_plain
from irm_core.data.preparation import prepare, prepared_columns
from irm_core.data.quarantine import flag_alone
from irm_core.data.sources import damage_named, scan


def lazy(contract: Contract, files: Sequence[Path]) -> pl.LazyFrame:
    """The rows of all files, typed and flagged, which are read anew whenever they are asked for."""
    rows = flag_alone(prepare(scan(contract, files), contract), contract)
    return rows.select(*prepared_columns(contract), RULES)


def kept(contract: Contract, files: Sequence[Path], folder: Path) -> pl.LazyFrame:
    """The same rows in the same order, kept in `folder` for as long as that is there.

    Parquet files are not copied: they are read as fast as a copy would be.
    """
    rows = lazy(contract, files)
    if contract.source.format == "parquet":
        return rows
    folder.mkdir(parents=True, exist_ok=True)
    with damage_named(contract, files):
        if contract.source.format == "csv" and not contract.image:
            parts = [part for file in files for part in _of_csv(contract, file, folder)]
        else:
            parts = [_sink(rows, folder)]
    schema = rows.collect_schema()
    return pl.scan_parquet(
        parts, glob=False, hive_partitioning=False, schema=schema, missing_columns="insert"
    ).select(schema.names())


def _of_csv(contract: Contract, file: Path, folder: Path) -> Iterator[Path]:
    if not is_plain(file, contract.source.encoding):
        yield _sink(lazy(contract, [file]), folder)
        return
    for rows in csv_native.flagged(contract, file):
        # Columns of nothing take as long to write as those of numbers; most of what is unreadable is nothing.
        empty = [name for name in rows.columns if rows[name].null_count() == rows.height]
        yield _sink(rows.drop(empty).lazy(), folder)


def _sink(rows: pl.LazyFrame, folder: Path) -> Path:
    part = folder / f"{len(list(folder.iterdir())):06}.parquet"
    rows.sink_parquet(part, compression="lz4", statistics=False, engine="streaming")
    return part
