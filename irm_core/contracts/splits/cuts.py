"""`kind: cuts`: environments are intervals of a number, cut where the contract says."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.splits import intervals
from irm_core.contracts.splits.split import Split
from irm_core.contracts.yaml_lines import Place

Cut = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class CutsSplit(Split):
    """`cuts: [40, 65]` makes `below 40`, `40 to 65` and `65 or more`; a value at a cut is above it."""

    kind: Literal["cuts"] = "cuts"
    column: str
    cuts: Annotated[tuple[Cut, ...], Field(min_length=1)]

    def attributes(self) -> dict[str, Place]:
        return {self.column: ("column",)}

    def faults(self, schema: pl.Schema) -> Iterator[Problem]:
        if not schema[self.column].is_numeric():
            told = f"only numbers can be cut (logicalType integer or number), which {self.column!r} is not."
            yield Problem(("column",), told)
        if any(low >= high for low, high in pairwise(self.cuts)):
            yield Problem(("cuts",), "cuts go up: each is above the one before.")
            return
        names = intervals.names(self.cuts)
        for name in self.unknown_hold_outs(names):
            yield Problem(("holdOut",), unknown("environment", name, names))

    def environment(self, good: pl.LazyFrame) -> pl.Expr:  # noqa: ARG002 (each row by itself)
        return intervals.interval(pl.col(self.column), self.cuts)

    def homeless(self) -> str:
        return f"{self.column!r} is missing"
