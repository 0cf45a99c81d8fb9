"""Features: from typed columns to the numbers that a model reads. All is learnt from training rows only."""

from collections.abc import Iterator
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
    def fit(
        cls,
        table: pl.DataFrame | pl.LazyFrame,
        schema: ModelSchema,
        *,
        training: pl.Series | None = None,
        indexed: bool = False,
    ) -> Self:
        """Learn the encoding from the training rows of a table, one column at a time, and each read once.

        training: which of its rows are such, Boolean [N]; all if None.
        indexed: text columns become one `Index` each, not a `Category`.
        Raises DataError that names the feature without values, with too many categories, or with values too
        large to compute with.
        """
        schema.refuse_absent(table)
        text: type[Category | Index] = Index if indexed else Category
        learnt: list[Number | Category | Index] = []
        for one in schema.features:
            # In one piece, or sums would be rounded as the pieces are, which files decide.
            raw = table.lazy().select(one.name).collect().to_series().rechunk()
            values = schema.typed(raw if training is None else raw.filter(training), one)
            kind = text if one.logical_type == "string" else Number
            found = values.to_frame().select(**kind.statistics(one, values.dtype))
            learnt.append(kind.learnt(one, found.row(0, named=True)))
        return cls(inputs=schema, columns=tuple(learnt))

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

    def transform(self, table: pl.DataFrame | pl.LazyFrame) -> np.ndarray:
        """The rows in their order as numbers: float32 [N, D], in memory or a file as `allocation` has it.

        Raises DataError that names the column which is absent, cannot be read, or has a value so large that
        it is not finite once scaled.
        """
        self.inputs.refuse_absent(table)
        wanted = table.lazy().select(self.inputs.inputs)
        count = wanted.select(pl.len()).collect().item()
        numbers, first = allocation.empty((count, len(self.names))), 0
        # Whole columns beside them would be as much memory again, and again in float64.
        for some in _pieces(table, wanted):
            numbers[first : first + len(some)] = self._encoded(some, wanted)
            first += len(some)
        return numbers

    def _encoded(self, some: pl.DataFrame, whole: pl.LazyFrame) -> np.ndarray:
        """Some rows of the whole as numbers."""
        try:
            typed = self.inputs.read(some)
        except DataError:
            self.inputs.read(whole.collect())  # which says it of all rows
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


def _pieces(table: pl.DataFrame | pl.LazyFrame, wanted: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """About ROWS_AT_ONCE rows at a time, in order: slices of a frame; what is in files is read bit by bit."""
    if isinstance(table, pl.DataFrame):
        return wanted.collect().iter_slices(ROWS_AT_ONCE)
    return wanted.collect_batches(chunk_size=ROWS_AT_ONCE, maintain_order=True)
