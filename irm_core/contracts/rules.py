"""A rule of a contract: one expectation, and the Polars expression that it and the quarantine share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from irm_core.contracts.conditions import CONDITIONS, named_columns
from irm_core.contracts.names import ENVIRONMENT
from irm_core.contracts.within import Within, name_within


@dataclass(frozen=True)
class Rule:
    """A named rule, from the line of the contract that states it.

    expectation, arguments: the Great Expectations type and its keyword arguments.
    level: "row" rules send the rows that break them to quarantine; a broken "table" rule stops the run.
    within: the environments that it is about; None: it is about all rows.
    """

    name: str
    level: Literal["row", "table"]
    expectation: str
    arguments: Mapping[str, Any]
    severity: Literal["error", "warning"]
    line: int
    within: Within | None = None

    def valid(self) -> pl.Expr:
        """True, per row, where the row obeys this (row) rule."""
        condition = CONDITIONS[self.expectation]
        valid = condition.valid(self.arguments)
        return valid if self.within is None else self.within.obeyed(valid, alone=condition.alone)

    def compared(self) -> list[pl.Expr]:
        """What makes two rows the same, where rows are judged by the others."""
        columns = [
            pl.col(name) for name in named_columns(CONDITIONS[self.expectation].domain, self.arguments)
        ]
        return columns if self.within is None else [*columns, self.within.environment().alias(ENVIRONMENT)]

    def judged(self) -> pl.Expr:
        """True, per row, unless so much is missing that the rule says nothing of it; never null."""
        return ~CONDITIONS[self.expectation].ignores(self.arguments)

    def is_called(self, name: str) -> bool:
        """Whether `called` may be `name`."""
        return name == self.name if self.within is None else name.startswith(name_within(self.name, ""))

    def called(self) -> pl.Expr:
        """What the rule is called, per row: within environments, with the row's own."""
        if self.within is None:
            return pl.lit(self.name)
        return pl.concat_str(pl.lit(name_within(self.name, "")), self.within.environment())
