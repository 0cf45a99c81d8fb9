"""A frame of which it is known already where rules are broken: what counts these need not look elsewhere."""

from dataclasses import dataclass, field

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.data.quarantine import quarantining


@dataclass(frozen=True)
class Judged:
    """refused: all rows of `frame` that break a rule which quarantines; None: they are not known.

    known: expressions, serialized, that say which rows break such a rule, or count them. Over the refused
    rows alone they find the same as over all: every other row obeys, and of rows that repeat each other all
    are refused.
    columns: of the raw data, whatever was made of them; None: those of the frame.
    """

    frame: pl.LazyFrame
    refused: pl.LazyFrame | None = None
    known: frozenset[bytes] = field(default_factory=frozenset)
    columns: tuple[str, ...] | None = None

    def among(self, broken: pl.Expr) -> pl.LazyFrame | None:
        """The refused rows, if they suffice to know which, or how many, are `broken`."""
        return self.refused if _serialized(broken) in self.known else None


def judged(
    frame: pl.LazyFrame, refused: pl.LazyFrame | None, contract: Contract, columns: tuple[str, ...]
) -> Judged:
    """The frame, with what quarantine has found in it, of raw data with these columns."""
    if refused is None:
        return Judged(frame, columns=columns)
    broken = [~rule.valid() for rule in quarantining(contract)]
    known = frozenset(_serialized(one) for row in broken for one in (row, row.sum()))
    return Judged(frame, refused, known, columns)


def _serialized(expression: pl.Expr) -> bytes:
    return expression.meta.serialize()
