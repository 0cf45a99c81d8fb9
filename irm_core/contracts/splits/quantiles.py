"""`kind: quantiles`: environments are intervals of a number with about as many good rows each."""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import Annotated, ClassVar, Literal

import polars as pl
from pydantic import Field

from irm_core.contracts.problems import Problem
from irm_core.contracts.splits import intervals
from irm_core.contracts.splits.split import Split
from irm_core.contracts.yaml_lines import Place
from irm_core.errors import DataError


class QuantilesSplit(Split):
    """`quantiles: 4` makes four intervals, called after their bounds as those of `kind: cuts`."""

    alone: ClassVar[bool] = False

    kind: Literal["quantiles"] = "quantiles"
    column: str
    quantiles: Annotated[int, Field(strict=True, ge=2, le=100)]

    def attributes(self) -> dict[str, Place]:
        return {self.column: ("column",)}

    def faults(self, schema: pl.Schema) -> Iterator[Problem]:
        if not schema[self.column].is_numeric():
            told = f"only numbers have quantiles (logicalType integer or number); {self.column!r} is none."
            yield Problem(("column",), told)

    def environment(self, good: pl.LazyFrame) -> pl.Expr:
        values = good.select(pl.col(self.column).drop_nulls()).collect(engine="streaming").to_series()
        return intervals.interval(pl.col(self.column), self._bounds(values.sort()))

    def homeless(self) -> str:
        return f"{self.column!r} is missing"

    def _bounds(self, values: pl.Series) -> list[float]:
        """The bounds between the n sorted values: the k-th of q parts begins at value ⌈n k / q⌉, from 0.

        A bound is as round as it can be without changing the part of any row. Raises DataError where so many
        values are equal that a part would be empty.
        """
        bounds: list[float] = []
        for part in range(1, self.quantiles):
            place = -(-len(values) * part // self.quantiles)
            below = values.search_sorted(values[place], side="left") if place < len(values) else 0
            if below == 0 or (bounds and values[below - 1] < bounds[-1]):
                raise DataError(
                    f"The good rows cannot be split into {self.quantiles} parts by {self.column!r}: too many "
                    f"values are equal, or missing. Ask for fewer `quantiles`, or use `kind: cuts`."
                )
            bounds.append(roundest(values[below - 1], values[below]))
        return bounds


def roundest(below: float, at: float) -> float:
    """The number with the fewest digits in (below, at].

    >>> roundest(38.2, 47.25)
    40.0
    """
    exact = Decimal(repr(at))
    last = int(exact.as_tuple().exponent)
    for digit in range(exact.adjusted() + 1, last, -1):
        rounded = float(exact.quantize(Decimal(1).scaleb(digit), ROUND_FLOOR))
        if rounded > below:
            return rounded
    return float(at)
