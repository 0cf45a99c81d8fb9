"""Rows as they are read: most are judged at first sight, and the others after a second look."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Sighted:
    """Some rows, typed and judged.

    rows: what is kept of a good row (see `quarantine.good_columns`), of all that are read at first sight, in
    one frame or several.
    good: of each of them whether it is good, and all of it read, beyond doubt. Else it is among the others.
    others: the others, after a second look, with all columns of `prepare` and RULES. Both are in order. Where
    both have good rows, these are of one file, and LINE tells the order of all.
    """

    rows: Sequence[pl.DataFrame]
    good: Sequence[pl.Series]
    others: pl.DataFrame
