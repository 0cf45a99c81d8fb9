"""Great Expectations on our Polars engine against its own pandas engine: the same suite, the same rows."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import great_expectations
import polars as pl
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch

from benchmarks.big_table import ROWS, contract, table
from benchmarks.measure import Measured, alone, peak
from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ROW_UNREADABLE, unreadable
from irm_core.validation import datasource  # noqa: F401 - registers add_polars
from irm_core.validation.suite import suite

MOST_MEMORY = 1.5  # GB
Verdicts = list[tuple[bool | None, int]]


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "big.parquet"
        alone(write, file)
        (cpu, memory, ours), (their_cpu, their_memory, theirs) = (
            alone(validated, file, kind) for kind in ("polars", "pandas")
        )
    same = "same verdicts, same counts" if ours == theirs else f"DIFFER: {ours} and {theirs}"
    yield Measured(
        what=f"Great Expectations, {len(ours)} checks of {ROWS:,} rows × 20, Polars engine on Parquet",
        against="its pandas engine, once the rows are in memory",
        ours=cpu,
        theirs=their_cpu,
        agreement=same,
        least=15,
    )
    yield Measured(
        what="the same, peak memory of the process",
        against="the most that it may be",
        ours=memory,
        theirs=MOST_MEMORY,
        agreement=f"with pandas {their_memory:.2f} GB",
        unit="GB",
        most=1,
    )


def write(file: Path) -> None:
    """The rows, as Parquet."""
    table().write_parquet(file)


def validated(file: Path, kind: str) -> tuple[float, float, Verdicts]:
    """CPU seconds of validating, the peak in GB, and success and number of broken rows per check."""
    of_file = contract(file.parent, file)
    frame = pl.scan_parquet(file) if kind == "polars" else pl.read_parquet(file).to_pandas()
    started = time.process_time()
    results = batch(frame, kind).validate(suite(checks(of_file)), result_format="BASIC").results
    spent = time.process_time() - started
    return spent, peak() / 1e9, [(one.success, one.result.get("unexpected_count", 0)) for one in results]


def checks(of_file: Contract) -> Contract:
    """The contract without the rules on what could not be read: a Parquet file has types."""
    lost = {ROW_UNREADABLE, *(unreadable(column.name) for column in of_file.columns)}
    return replace(of_file, rules=tuple(r for r in of_file.rules if r.arguments.get("column") not in lost))


def batch(frame: object, kind: str) -> Batch:
    """The frame as Great Expectations sees it."""
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    if kind == "polars":
        asset = context.data_sources.add_polars("source").add_frame_asset("frame")
        return asset.add_batch_definition_whole_frame("whole").get_batch({"dataframe": frame})
    asset = context.data_sources.add_pandas("source").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
