"""Rows that are the same in several environments: evidence that is counted twice, or has leaked."""

from collections.abc import Sequence

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.diagnosis import Twins

CONTENT, OTHER = "_content", " other"
DISTINCT = 0.9
"""Where fewer of an environment's rows are distinct, equal rows are no surprise anywhere."""


def twins(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[Twins, ...]:
    """How many different rows of the first environment of a pair, in all `columns`, the second has too.

    Pairs in order, the most rows first; those without such rows are left out. Nothing is told of data whose
    rows repeat inside environments anyway, as those of a few categories do.
    """
    rows = frame.select(ENVIRONMENT, pl.struct(columns).hash().alias(CONTENT))
    distinct = rows.unique()
    if distinct.height < DISTINCT * rows.height:
        return ()
    pairs = distinct.join(distinct, on=CONTENT, suffix=OTHER).filter(
        pl.col(ENVIRONMENT) < pl.col(ENVIRONMENT + OTHER)
    )
    counts = pairs.group_by(ENVIRONMENT, ENVIRONMENT + OTHER).len(name="rows")
    ordered = counts.sort("rows", ENVIRONMENT, ENVIRONMENT + OTHER, descending=[True, False, False])
    return tuple(Twins(environments=(one, two), rows=rows) for one, two, rows in ordered.iter_rows())
