"""Numbers as features: centred, scaled, and with something where they are missing."""

from math import isfinite
from typing import Any, Literal, Self

import polars as pl

from irm_core.data.schema import ModelColumn
from irm_core.data.version import Record
from irm_core.errors import DataError

NOISE = 1e-12
"""A spread that is smaller than this share of the centre is rounding, not variation."""
QUARTILES = 1.3489795003921634
"""From the lower to the upper quartile of a normal distribution, in standard deviations."""


class Number(Record):
    """(x - centre) / scale, with `fill` for missing values, and a 0/1 column that tells where they were.

    Learnt from the training rows. Scale `standard`: mean and standard deviation. `robust`: median and the
    quartiles' distance / 1.349, which is the standard deviation of normal numbers; that itself where the
    quartiles are the same. `none`: 0 and 1. The scale of what does not vary is 1. Booleans stay 0 and 1.
    Dates and times count days. indicator: training rows had missing values.
    """

    kind: Literal["number"] = "number"
    name: str
    centre: float
    scale: float
    fill: float
    indicator: bool

    @classmethod
    def statistics(cls, column: ModelColumn, dtype: pl.DataType) -> dict[str, pl.Expr]:
        """What `learnt` needs to know of the column of training rows, typed as `dtype`."""
        values = numbers(column.name, dtype)
        found = {
            "missing": values.null_count(),
            "mean": values.mean(),
            "deviation": values.std(ddof=0),
        }
        if column.scale == "robust" or column.impute == "median":
            found |= {name: values.quantile(at, "linear") for name, at in _QUANTILES.items()}
        return found

    @classmethod
    def learnt(cls, column: ModelColumn, found: dict[str, Any]) -> Self:
        """From the statistics of training rows. Raises DataError where all are missing, or too large."""
        if found["mean"] is None:
            raise DataError(
                f"The feature {column.name!r} has not one value in the training environments. "
                f"Give it the role `ignore`."
            )
        centre, scale = _centre_and_scale(column, found)
        if not all(map(isfinite, (centre, scale, found[column.impute]))):
            raise too_large(column.name)
        return cls(
            name=column.name,
            centre=centre,
            scale=scale,
            fill=found[column.impute],
            indicator=found["missing"] > 0,
        )

    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} (missing)") if self.indicator else (self.name,)

    def expressions(self, schema: pl.Schema) -> list[pl.Expr]:
        values = numbers(self.name, schema[self.name])
        scaled = (values.fill_null(self.fill) - self.centre) / self.scale
        return [scaled, *([values.is_null()] if self.indicator else [])]


def too_large(name: str) -> DataError:
    """What to say of a feature that is not finite once it is computed with."""
    return DataError(
        f"The feature {name!r} has a value that is too large to compute with. Bound it by a rule."
    )


_QUANTILES = {"lower": 0.25, "median": 0.5, "upper": 0.75}


def numbers(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as float64: dates and times in days."""
    values = pl.col(name)
    if dtype.is_temporal():
        return values.cast(pl.Datetime("us")).dt.epoch("us") / 86_400_000_000
    return values.cast(pl.Float64)


def _centre_and_scale(column: ModelColumn, found: dict[str, Any]) -> tuple[float, float]:
    if column.logical_type == "boolean" or column.scale == "none":
        return 0.0, 1.0
    centre, spread = found["mean"], found["deviation"]
    if column.scale == "robust":
        centre, quartiles = found["median"], (found["upper"] - found["lower"]) / QUARTILES
        spread = quartiles if quartiles > NOISE * abs(centre) else spread
    return centre, 1.0 if spread <= NOISE * abs(centre) else spread
