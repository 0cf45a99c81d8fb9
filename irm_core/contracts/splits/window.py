"""`kind: window`: environments are years, quarters, months or weeks of a date or time."""

from collections.abc import Iterator
from typing import Literal

import polars as pl

from irm_core.contracts.problems import Problem
from irm_core.contracts.splits.split import Split
from irm_core.contracts.yaml_lines import Place


class WindowSplit(Split):
    """Called `2020`, `2020-Q1`, `2020-03`, or `2020-W07`: weeks are those of ISO 8601."""

    kind: Literal["window"] = "window"
    column: str
    every: Literal["1y", "1q", "1mo", "1w"]

    def attributes(self) -> dict[str, Place]:
        return {self.column: ("column",)}

    def faults(self, schema: pl.Schema) -> Iterator[Problem]:
        if not schema[self.column].is_temporal():
            told = f"only dates have windows (logicalType date or timestamp), and {self.column!r} is none."
            yield Problem(("column",), told)

    def environment(self, good: pl.LazyFrame) -> pl.Expr:  # noqa: ARG002 (each row by itself)
        date = pl.col(self.column)
        if self.every == "1q":
            return pl.format("{}-Q{}", date.dt.strftime("%Y"), date.dt.quarter())
        return date.dt.strftime(_FORMATS[self.every])

    def homeless(self) -> str:
        return f"{self.column!r} is missing"


_FORMATS = {"1y": "%Y", "1mo": "%Y-%m", "1w": "%G-W%V"}
