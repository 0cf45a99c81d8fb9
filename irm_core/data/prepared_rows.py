"""Prepared rows, kept: files are parsed once, and all later stages read what was made of them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, RULES
from irm_core.data import csv_file, csv_native
from irm_core.data.columns import check
from irm_core.data.csv_bytes import is_plain
from irm_core.data.folders import named_by_folders
from irm_core.data.preparation import prepare, prepared_columns, remarks
from irm_core.data.quarantine import flag_alone, good_columns, is_good
from irm_core.data.sighted import Sighted
from irm_core.data.sources import damage_named, refuse_no_rows, scan

BATCH = 200_000  # rows


def lazy(contract: Contract, files: Sequence[Path]) -> pl.LazyFrame:
    """The rows of all files, typed and flagged, which are read anew whenever they are asked for."""
    return _flagged(scan(contract, files), contract)


def kept(contract: Contract, files: Sequence[Path], folder: Path) -> pl.LazyFrame:
    """The same rows in the same order, kept in `folder` for as long as that is there.

    Parquet files are not copied: they are read as fast as a copy would be.
    """
    if contract.source.format == "parquet":
        return lazy(contract, files)
    if contract.source.format != "csv" or contract.image:
        return _kept([lazy(contract, files)], contract, files, folder)
    for file in files:
        check(contract, file, csv_file.columns(contract, file))
    return _kept(_of_csv(contract, files), contract, files, folder)


def sighted(contract: Contract, files: Sequence[Path]) -> Iterator[Sighted]:
    """The same rows, some at a time."""
    if contract.source.format != "csv" or contract.image:
        yield from _batches(scan(contract, files), contract)
        return
    for file in files:
        check(contract, file, csv_file.columns(contract, file))
        if _is_native(contract, file):
            yield from csv_native.sighted(contract, file)
        else:
            yield from _batches(csv_file.scan(contract, [file]), contract)


def _is_native(contract: Contract, file: Path) -> bool:
    """Whether Polars' own reader finds all columns in the file, whose folders might name some."""
    folders = named_by_folders(file)
    return is_plain(file, contract.source.encoding) and not any(
        one.name in folders for one in contract.columns
    )


def _batches(raw: pl.LazyFrame, contract: Contract) -> Iterator[Sighted]:
    flagged = flag_alone(prepare(raw, contract), contract)
    all_read = pl.all_horizontal(pl.col(remarks(contract)).is_null())
    for rows in flagged.collect_batches(chunk_size=BATCH, maintain_order=True):
        kept = rows.select(good_columns(contract))
        good, told = rows.select(is_good(), (is_good() & ~all_read).alias("told")).get_columns()
        if told.any():
            yield Sighted([], [], rows)
        else:
            yield Sighted([kept], [good], rows.filter(~good))


def _flagged(raw: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    return flag_alone(prepare(raw, contract), contract).select(*prepared_columns(contract), RULES)


def _kept(
    parts: Iterable[pl.LazyFrame], contract: Contract, files: Sequence[Path], folder: Path
) -> pl.LazyFrame:
    folder.mkdir(parents=True, exist_ok=True)
    with damage_named(contract, files):
        kept = [_sink(part, folder / f"{number:06}.parquet") for number, part in enumerate(parts)]
        rows = pl.scan_parquet(kept, glob=False, hive_partitioning=False, missing_columns="insert")
        refuse_no_rows(rows, files)
    return rows


def _of_csv(contract: Contract, files: Sequence[Path]) -> Iterator[pl.LazyFrame]:
    """First no rows, with all columns, of which those that follow may lack some: they hold nothing there."""
    yield _flagged(_no_rows(contract), contract)
    for file in files:
        if _is_native(contract, file):
            yield from map(_shortened, csv_native.flagged(contract, file))
        else:
            yield _flagged(csv_file.scan(contract, [file]), contract)


def _no_rows(contract: Contract) -> pl.LazyFrame:
    texts = [*(column.name for column in contract.columns), FILE, ROW_UNREADABLE]
    return pl.LazyFrame(schema=dict.fromkeys(texts, pl.String) | {LINE: pl.Int64})


def _shortened(rows: pl.DataFrame) -> pl.LazyFrame:
    """Columns of nothing take as long to write as those of numbers; most of what is unreadable is nothing."""
    return rows.drop([name for name in rows.columns if rows[name].null_count() == rows.height]).lazy()


def _sink(rows: pl.LazyFrame, part: Path) -> Path:
    rows.sink_parquet(part, compression="lz4", statistics=False, engine="streaming")
    return part
