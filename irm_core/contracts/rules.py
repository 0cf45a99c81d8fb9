"""A rule of a contract: one expectation, and the Polars expression that it and the quarantine share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from irm_core.contracts.conditions import CONDITIONS


@dataclass(frozen=True)
class Rule:
    """A named rule, from the line of the contract that states it.

    expectation, arguments: the Great Expectations type and its keyword arguments.
    level: "row" rules send the rows that break them to quarantine; a broken "table" rule stops the run.
    """

    name: str
    level: Literal["row", "table"]
    expectation: str
    arguments: Mapping[str, Any]
    severity: Literal["error", "warning"]
    line: int

    def valid(self) -> pl.Expr:
        """True, per row, where the row obeys this (row) rule."""
        return CONDITIONS[self.expectation].valid(self.arguments)
