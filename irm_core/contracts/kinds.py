"""Every kind of expectation that can be run, of rows and of tables, by its Great Expectations type."""

import polars as pl

from irm_core.contracts.aggregates import AGGREGATES, BROKEN_ROWS, Aggregate
from irm_core.contracts.conditions import CONDITIONS, Arguments, Condition
from irm_core.contracts.headers import HEADERS, Header

KINDS: dict[str, Condition | Aggregate | Header] = {**CONDITIONS, **AGGREGATES, **HEADERS}

KINDS_OF_CONTRACTS = sorted(set(KINDS) - {BROKEN_ROWS})
"""Those that a contract may name. Broken rows are what its library metrics are turned into."""


def expression(expectation: str, arguments: Arguments) -> pl.Expr:
    """What the expectation computes: per row whether it is valid, or the number about the table.

    About the names of columns there is nothing to compute.
    """
    kind = KINDS[expectation]
    if isinstance(kind, Header):
        return pl.lit(True)
    return kind.valid(arguments) if isinstance(kind, Condition) else kind.measured(arguments)
