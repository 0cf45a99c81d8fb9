"""Features: from typed columns to the numbers that a model reads. All is learnt from training rows only."""

from itertools import accumulate
from typing import Annotated, Self

import numpy as np
import polars as pl
from pydantic import Field

from irm_core.data import allocation
from irm_core.data.category import Category, Index
from irm_core.data.number import Number, too_large
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Record
from irm_core.errors import DataError

ROWS_AT_ONCE = 200_000


class Features(Record):
    """The encoding of all feature columns of a schema."""

    inputs: ModelSchema
    columns: tuple[Annotated[Number | Category | Index, Field(discriminator="kind")], ...]

    @classmethod
    def fit(cls, training: pl.DataFrame, schema: ModelSchema, *, indexed: bool = False) -> Self:
        """Learn the encoding from `training`, which must hold training rows only.

        indexed: text columns become one `Index` each, not a `Category`.
        Raises DataError that names the feature without values, with too many categories, or with values too
        large to compute with.
        """
        typed = schema.read(training)
        text: type[Category | Index] = Index if indexed else Category
        kinds = [(text if one.logical_type == "string" else Number, one) for one in schema.features]
        found = typed.select(
            _together(one.name, kind.statistics(one, typed.schema[one.name])) for kind, one in kinds
        )
        return cls(
            inputs=schema, columns=tuple(kind.learnt(one, found[one.name].item()) for kind, one in kinds)
        )

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
        """The rows as numbers: float32 [N, D], row by row, in memory or a file as `allocation` has it.

        Raises DataError that names the column which is absent, cannot be read, or has a value so large that
        it is not finite once scaled.
        """
        numbers = allocation.empty((len(frame), len(self.names)))
        # Whole columns beside them would be as much memory again, and again in float64.
        for first in range(0, max(len(frame), 1), ROWS_AT_ONCE):
            numbers[first : first + ROWS_AT_ONCE] = self._encoded(frame, first)
        return numbers

    def _encoded(self, frame: pl.DataFrame, first: int) -> np.ndarray:
        """ROWS_AT_ONCE rows, from `first`, as numbers."""
        try:
            typed = self.inputs.read(frame.slice(first, ROWS_AT_ONCE))
        except DataError:
            self.inputs.read(frame)  # which says it of all rows
            raise
        expressions = [one for column in self.columns for one in column.expressions(typed.schema)]
        named = (one.cast(pl.Float32).alias(name) for one, name in zip(expressions, self.names, strict=True))
        numbers = typed.select(named).to_numpy()
        self._refuse_infinite(numbers)
        return numbers

    def _refuse_infinite(self, numbers: np.ndarray) -> None:
        for name, finite in zip(self.names, np.isfinite(numbers).all(axis=0), strict=True):
            if not finite:
                raise too_large(name)


def _together(name: str, statistics: dict[str, pl.Expr]) -> pl.Expr:
    return pl.struct(one.alias(its) for its, one in statistics.items()).alias(name)
