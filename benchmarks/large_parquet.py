"""Parquet that does not fit into memory, to a version: time per row, and memory, as rows become more."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import great_expectations  # noqa: F401 - seconds of import, which are no work on the data
import polars as pl

from benchmarks.big_table import EACH_BAD, ROWS, SPLIT, contract, table
from benchmarks.measure import Measured, alone, peak
from irm_core.data import store
from irm_core.data.ingestion import ingest
from irm_core.validation.validate import validate

THRICE = 30_000_000
FILE_ROWS = 2_500_000
MOST_MEMORY = 4.0  # GB
LINEAR = 1.15
"""How many times the processor time per row of the smallest table may be that of a larger one."""


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    return grown(THRICE)


def grown(rows: int) -> Iterator[Measured]:
    """So many rows against ROWS of them."""
    (few, _, _), (many, memory, answer) = spent(ROWS), spent(rows)
    yield Measured(
        what=f"Parquet of {rows:,} rows × 20: hashed, validated, quarantined, published by site, verified; "
        f"per million rows",
        against=f"per million rows of {ROWS:,}",
        ours=many,
        theirs=few,
        agreement=answer,
        most=LINEAR,
    )
    yield Measured(
        what="the same, peak memory of the process",
        against="the most that it may be",
        ours=memory,
        theirs=MOST_MEMORY,
        agreement="",
        unit="GB",
        most=1,
    )


def spent(rows: int) -> tuple[float, float, str]:
    """CPU seconds per million rows, the peak in GB, and whether all rows are where they belong."""
    with TemporaryDirectory() as name:
        for number in range(rows // FILE_ROWS):
            alone(write, Path(name), number)
        cpu, memory, broken, found = alone(published, Path(name))
    planted = 3 * EACH_BAD * (rows // FILE_ROWS)
    same = (broken, *found) == (planted, rows, rows - planted, planted)
    told = f"{found[2]:,} of {found[0]:,} rows in quarantine, as planted"
    return cpu / (rows / 1e6), memory, told if same else f"DIFFER: {broken} broken, {found}"


def write(folder: Path, number: int) -> None:
    """One of the files: its ids follow on those of the file before."""
    rows = table(FILE_ROWS).with_columns(pl.col("id") + number * FILE_ROWS)
    rows.write_parquet(folder / f"{number:03}.parquet")


def published(folder: Path) -> tuple[float, float, int, tuple[int, int, int]]:
    """CPU seconds, the peak in GB, how often a check is broken, and rows read, good and quarantined."""
    of_files = contract(folder, folder / "*.parquet")
    started = time.process_time()
    raw = ingest(of_files, folder / "rows", split_name=SPLIT)
    verdict = validate(raw.flagged, of_files, refused=raw.refused)
    rows = store.publish(raw, of_files, SPLIT, folder / "store").version.rows
    cpu = time.process_time() - started
    broken = sum(one.failed or 0 for one in verdict.results)
    return cpu, peak() / 1e9, broken, (rows.read, rows.good, rows.quarantined)
