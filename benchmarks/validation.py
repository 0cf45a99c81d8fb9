"""Great Expectations on our Polars engine against its own pandas engine: the same suite, the same rows."""

from collections.abc import Iterator

import great_expectations
import great_expectations.expectations as gxe
import numpy as np
import polars as pl
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation

from benchmarks.measure import Measured, cpu_seconds
from irm_core.validation import datasource  # noqa: F401 - registers add_polars

ROWS = 2_000_000
NUMBERS = [f"x{number}" for number in range(10)]


def measure() -> Iterator[Measured]:
    """The line of the table."""
    frame = table()
    lazy, pandas = frame.lazy(), frame.to_pandas()
    ours, theirs = verdicts(batch(lazy, "polars")), verdicts(batch(pandas, "pandas"))
    yield Measured(
        what=f"Great Expectations, {len(ours)} rules on {ROWS:,} rows, Polars engine",
        against="its pandas engine",
        ours=cpu_seconds(lambda: verdicts(batch(lazy, "polars"))),
        theirs=cpu_seconds(lambda: verdicts(batch(pandas, "pandas"))),
        agreement="same verdicts, same counts" if ours == theirs else f"DIFFER: {ours} and {theirs}",
    )


def table() -> pl.DataFrame:
    """Ten columns of numbers and a site, with some rows that break the rules."""
    generator = np.random.default_rng(0)
    numbers = {name: generator.normal(size=ROWS) for name in NUMBERS}
    return pl.DataFrame(numbers | {"site": np.resize(["a", "b", "c", "?"], ROWS)})


def suite() -> great_expectations.ExpectationSuite:
    """Not-null and range of each number, allowed values of the site."""
    rules: list[Expectation] = [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in NUMBERS]
    rules += [gxe.ExpectColumnValuesToBeBetween(column=name, min_value=-3, max_value=3) for name in NUMBERS]
    rules += [
        gxe.ExpectColumnValuesToBeInSet(column="site", value_set=["a", "b", "c"]),
        gxe.ExpectColumnValuesToMatchRegex(column="site", regex="^[a-c]$"),
    ]
    return great_expectations.ExpectationSuite("rules", expectations=rules)


def batch(frame: object, kind: str) -> Batch:
    """The frame as Great Expectations sees it."""
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    if kind == "polars":
        asset = context.data_sources.add_polars("source").add_frame_asset("frame")
        return asset.add_batch_definition_whole_frame("whole").get_batch({"dataframe": frame})
    asset = context.data_sources.add_pandas("source").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})


def verdicts(rows: Batch) -> list[tuple[bool | None, int]]:
    """Success and number of broken rows, per rule."""
    results = rows.validate(suite(), result_format="BASIC").results
    return [(one.success, one.result["unexpected_count"]) for one in results]
