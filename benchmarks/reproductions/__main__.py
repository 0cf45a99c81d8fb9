"""Run the experiments, or those named, and print a table of each."""

import sys
import warnings
from importlib import import_module

from rich.console import Console
from rich.table import Table

NAMES = ("coloured_mnist", "linear_sem", "unit_tests")


def main(names: list[str]) -> None:
    """Run, and print each table once its experiment is over."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.exit(f"There is no reproduction {unknown[0]!r}. Reproductions: {', '.join(NAMES)}.")
    warnings.simplefilter("ignore", DeprecationWarning)
    progress = Console(stderr=True, soft_wrap=True)
    for name in names or NAMES:
        module = import_module(f"benchmarks.reproductions.{name}")
        table = Table(*module.COLUMNS, title=name)
        for row in module.rows():
            table.add_row(*row)
            progress.print(*row, sep=" | ")
        Console(width=160).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
