"""Run all benchmarks, or those named, and print the table: `python -m benchmarks [NAME]...`."""

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Measured

NAMES = (
    "objective_step",
    "training_step",
    "linear_candidates",
    "mlp_candidates",
    "memory",
    "coloured_mnist",
    "validation",
    "publishing",
    "large_parquet",
    "tensors",
    "metric_points",
    "orchestration",
)
ON_REQUEST = ("hundred_million",)
"""Only where they are named."""
COLUMNS = ("what", "against", "ours", "theirs", "ratio", "target", "agreement")


def main(names: Sequence[str]) -> None:
    """Measure, print each comparison as soon as it is known, and the whole table at the end."""
    known = (*NAMES, *ON_REQUEST)
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"There is no benchmark {unknown[0]!r}. Benchmarks: {', '.join(known)}.")
    warnings.simplefilter("ignore", DeprecationWarning)
    table = Table(*COLUMNS)
    progress = Console(stderr=True)
    with progress.status("") as status:
        for name in names or NAMES:
            status.update(f"{name}: this takes up to some minutes")
            for one in import_module(f"benchmarks.{name}").measure():
                progress.print(f"{one.what}: {one.ratio} {one.target}")
                table.add_row(*cells(one))
    Console(width=200).print(table)


def cells(one: Measured) -> tuple[str, ...]:
    """A row of the table."""
    ours, theirs = (f"{figure:.3g} {one.unit}" for figure in (one.ours, one.theirs))
    return one.what, one.against, ours, theirs, one.ratio, one.target, one.agreement


if __name__ == "__main__":
    main(sys.argv[1:])
