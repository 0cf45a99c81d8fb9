"""The same as `large_parquet`, of a hundred million rows: some 15 minutes, and 15 GB of disk."""

from collections.abc import Iterator

from benchmarks.large_parquet import grown
from benchmarks.measure import Measured


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    return grown(100_000_000)
