"""Features: from typed columns to the numbers that a model reads. All is learnt from training rows only."""

from itertools import accumulate
from typing import Annotated, Literal, Self

import numpy as np
import polars as pl
from pydantic import Field

from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.version import Record
from irm_core.errors import DataError

MOST_CATEGORIES = 1000
MOST_INDEXED = 100_000
ROWS_AT_ONCE = 200_000
NOISE = 1e-12
"""A spread that is smaller than this share of the mean is rounding, not variation."""


class Number(Record):
    """(x - centre) / scale, with `fill` for missing values, and a 0/1 column that tells where they were.

    Numbers have centre = mean and scale = standard deviation of the training rows, 1 where they do not vary.
    Booleans stay 0 and 1. Dates and times count days. `indicator`: training rows had missing values.
    """

    kind: Literal["number"] = "number"
    name: str
    centre: float
    scale: float
    fill: float
    indicator: bool

    @classmethod
    def fit(cls, training: pl.DataFrame, column: ModelColumn) -> Self:
        values = training.select(_numbers(training, column.name)).to_series()
        if values.null_count() == len(values):
            raise DataError(
                f"The feature {column.name!r} has not one value in the training environments. "
                f"Give it the role `ignore`."
            )
        mean, spread = float(values.mean()), float(values.std(ddof=0))  # type: ignore[arg-type]
        boolean = column.logical_type == "boolean"
        constant = boolean or spread <= NOISE * abs(mean)
        return cls(
            name=column.name,
            centre=0.0 if boolean else mean,
            scale=1.0 if constant else spread,
            fill=mean,
            indicator=values.null_count() > 0,
        )

    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} (missing)") if self.indicator else (self.name,)

    def expressions(self, frame: pl.DataFrame) -> list[pl.Expr]:
        values = _numbers(frame, self.name)
        standardised = (values.fill_null(self.fill) - self.centre) / self.scale
        return [standardised, *([values.is_null()] if self.indicator else [])]


class Category(Record):
    """One 0/1 column per value that the training rows have, and one for any other value or none."""

    kind: Literal["category"] = "category"
    name: str
    categories: tuple[str, ...]

    @classmethod
    def fit(cls, training: pl.DataFrame, column: ModelColumn) -> Self:
        hint = f"With embedding in the plan, {MOST_INDEXED:,} would be."
        return cls(name=column.name, categories=_categories(training, column, MOST_CATEGORIES, hint))

    def names(self) -> tuple[str, ...]:
        return (*(f"{self.name} = {one}" for one in self.categories), f"{self.name} (unknown)")

    def expressions(self, frame: pl.DataFrame) -> list[pl.Expr]:  # noqa: ARG002 - the signature of all kinds
        values = pl.col(self.name)
        known = [values.eq_missing(pl.lit(one)) for one in self.categories]
        return [*known, ~pl.any_horizontal(known) if known else pl.repeat(True, pl.len())]


class Index(Record):
    """One number: the place of the value among those that the training rows have, and after them, any other.

    For a model that looks up a vector for each: a thousand categories are one column, not a thousand.
    """

    kind: Literal["index"] = "index"
    name: str
    categories: tuple[str, ...]

    @classmethod
    def fit(cls, training: pl.DataFrame, column: ModelColumn) -> Self:
        return cls(name=column.name, categories=_categories(training, column, MOST_INDEXED))

    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def expressions(self, frame: pl.DataFrame) -> list[pl.Expr]:  # noqa: ARG002 - the signature of all kinds
        places = range(len(self.categories))
        known = pl.Series(self.categories, dtype=pl.String)
        return [pl.col(self.name).replace_strict(known, places, default=len(places), return_dtype=pl.Float32)]


class Features(Record):
    """The encoding of all feature columns of a schema."""

    inputs: ModelSchema
    columns: tuple[Annotated[Number | Category | Index, Field(discriminator="kind")], ...]

    @classmethod
    def fit(cls, training: pl.DataFrame, schema: ModelSchema, *, indexed: bool = False) -> Self:
        """Learn the encoding from `training`, which must hold training rows only.

        indexed: text columns become one `Index` each, not a `Category`.
        Raises DataError that names the feature without values, or with too many categories.
        """
        typed = schema.read(training)
        text: type[Category | Index] = Index if indexed else Category
        kinds = {column: text if column.logical_type == "string" else Number for column in schema.features}
        return cls(inputs=schema, columns=tuple(kind.fit(typed, column) for column, kind in kinds.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """What each of the D numbers is, for people."""
        return tuple(name for column in self.columns for name in column.names())

    @property
    def indexed(self) -> dict[int, int]:
        """Which of the D numbers are indices, and how many values each may have, the last of them unknown."""
        first = accumulate((len(column.names()) for column in self.columns), initial=0)
        return {
            place: len(column.categories) + 1
            for place, column in zip(first, self.columns, strict=False)
            if column.kind == "index"
        }

    def transform(self, frame: pl.DataFrame) -> np.ndarray:
        """The rows as numbers: float32 [N, D], row by row in memory.

        Raises DataError that names the column which is absent, cannot be read, or has a value so large that
        it is not finite once standardised.
        """
        numbers = np.empty((len(frame), len(self.names)), np.float32)
        # Whole columns beside them would be as much memory again, and again in float64.
        for first in range(0, max(len(frame), 1), ROWS_AT_ONCE):
            numbers[first : first + ROWS_AT_ONCE] = self._encoded(frame, first)
        self._refuse_infinite(numbers)
        return numbers

    def _encoded(self, frame: pl.DataFrame, first: int) -> np.ndarray:
        """ROWS_AT_ONCE rows, from `first`, as numbers."""
        try:
            typed = self.inputs.read(frame.slice(first, ROWS_AT_ONCE))
        except DataError:
            self.inputs.read(frame)  # which says it of all rows
            raise
        expressions = [one for column in self.columns for one in column.expressions(typed)]
        named = (one.cast(pl.Float32).alias(name) for one, name in zip(expressions, self.names, strict=True))
        return typed.select(named).to_numpy()

    def _refuse_infinite(self, numbers: np.ndarray) -> None:
        pieces = np.array_split(numbers, len(numbers) // ROWS_AT_ONCE + 1)
        finite = np.all([np.isfinite(piece).all(axis=0) for piece in pieces], axis=0)
        for name, fine in zip(self.names, finite, strict=True):
            if not fine:
                raise DataError(
                    f"The feature {name!r} has a value that is too large to compute with. Bound it by a rule."
                )


def _categories(training: pl.DataFrame, column: ModelColumn, most: int, hint: str = "") -> tuple[str, ...]:
    categories = training[column.name].drop_nulls().unique().sort().to_list()
    if len(categories) > most:
        raise DataError(
            f"The feature {column.name!r} has {len(categories)} different values; {most} is the most. "
            f"If it is text or identifies rows, give it the role `ignore` or `identifier`. {hint}".rstrip()
        )
    return tuple(categories)


def _numbers(frame: pl.DataFrame, name: str) -> pl.Expr:
    values = pl.col(name)
    if frame.schema[name].is_temporal():
        return values.cast(pl.Datetime("us")).dt.epoch("us") / 86_400_000_000
    return values.cast(pl.Float64)
