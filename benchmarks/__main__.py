"""Run all benchmarks and print the table."""

import warnings

from rich.console import Console
from rich.table import Table

from benchmarks import validation

MODULES = (validation,)


def main() -> None:
    """Measure, and print a row per comparison."""
    warnings.simplefilter("ignore", DeprecationWarning)
    table = Table("what", "against", "CPU s", "CPU s against", "times less", "agreement")
    for module in MODULES:
        for one in module.measure():
            figures = (f"{one.seconds:.3f}", f"{one.seconds_against:.3f}", f"{one.ratio:.1f} ×")
            table.add_row(one.what, one.against, *figures, one.agreement)
    Console(width=160).print(table)


main()
