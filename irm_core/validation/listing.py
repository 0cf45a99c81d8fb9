"""The rows that break an expectation: all of them, or the first few.

Where a rule is checked for each value of a column, the first few of every value are found in one pass, when
those of the first are asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from irm_core.contracts.conditions import Condition, named_columns
from irm_core.validation.comparison import Comparison
from irm_core.validation.engine import PolarsExecutionEngine
from irm_core.validation.queries import restricted, restriction, unrestricted

Row = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """What is asked: the rows of `domain` that break `condition` with `values`.

    identifying: the columns to show beside those that are judged. most: of how many rows; None for all.
    """

    condition: Condition
    domain: Mapping[str, Any]
    values: Mapping[str, Any]
    identifying: tuple[str, ...]
    most: int | None

    def rows(self, engine: PolarsExecutionEngine) -> list[Row]:
        """The rows, in their order. Reads the data once, or not at all where it has for another value."""
        only = restriction(self.domain)
        if only is None or self.most is None:
            frame = self._candidates(engine).filter(self._broken())
            limited = frame if self.most is None else frame.head(self.most)
            return engine.collected(limited.select(self._columns())).to_dicts()
        column, value = only
        lists = engine.data(self.domain).lists
        if repr(self._key(column)) not in lists:
            lists[repr(self._key(column))] = self._by_value(engine, column, self.most)
        return lists[repr(self._key(column))].get(value, [])

    def _candidates(self, engine: PolarsExecutionEngine) -> pl.LazyFrame:
        refused = engine.refused(self.domain, self._broken())
        rows = engine.among(self.domain, self._compared()) if refused is None else refused
        return restricted(rows, self.domain)

    def _by_value(self, engine: PolarsExecutionEngine, column: str, most: int) -> dict[Any, list[Row]]:
        broken = self._broken() if self.condition.alone else self._broken().over(column)
        frame = engine.among(self.domain, self._compared()).filter(broken)
        shown = pl.struct(self._columns()).head(most).alias("rows")
        found = frame.group_by(pl.col(column).alias("value"), maintain_order=True).agg(shown)
        return dict(engine.collected(found).iter_rows())

    def _compared(self) -> Comparison | None:
        """What the count of these rows has compared."""
        if self.condition.alone:
            return None
        column, _ = restriction(self.domain) or (None, None)
        return Comparison(self.condition, {**self.domain, **self.values}, column)

    def _broken(self) -> pl.Expr:
        return ~self.condition.valid({**self.domain, **self.values})

    def _columns(self) -> list[str]:
        return list(dict.fromkeys([*self.identifying, *named_columns(self.condition.domain, self.domain)]))

    def _key(self, column: str) -> tuple[Any, ...]:
        """What all values of the column have in common."""
        return (
            column,
            self.condition.metric,
            unrestricted(self.domain),
            self.values,
            self.identifying,
            self.most,
        )
