"""The moments of a table larger than memory, added up in one streaming scan."""

from collections.abc import Iterator, Sequence

import polars as pl
import torch

from irm_core.errors import DataError
from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.linear.moments import MOST_ROWS, Moments, products

PLACE = "place"


def scan(
    frame: pl.LazyFrame,
    features: Sequence[str],
    target: str,
    environment: str,
    environments: Sequence[str],
    weight: str | None = None,
) -> Moments:
    """The moments of numeric columns in each of `environments`, the values of the column `environment`.

    Rows of other environments are left out; an environment without rows has moments of zero. A row whose
    column `weight` has 2 counts as two rows. In memory are MOST_ROWS rows, and what Polars reads ahead.
    The origin is the first row: products of numbers that are all far from zero would lose their digits.
    DataError for a column that is absent or not of numbers; it names column and environment of a value that
    is missing or not finite, or of a negative weight.
    """
    columns = [*features, target] if weight is None else [*features, target, weight]
    _check_columns(frame.collect_schema(), columns, environment)
    D, E = len(features), len(environments)
    origin, total = None, torch.zeros(E, D + 2, D + 2, dtype=torch.float64)
    for chunk in _chunks(frame, columns, environment, environments):
        _check_values(chunk, columns, weight, environments)
        index, numbers = chunk[PLACE].to_torch(), chunk.drop(PLACE).to_torch()
        origin = numbers[0, : D + 1] if origin is None else origin
        own = numbers[:, : D + 1] - origin
        weights = None if weight is None else numbers[:, -1]
        total += products(Batch(own[:, :D], own[:, D], Membership(index, E, weights), shared=True))
    return Moments(total, tuple(environments), origin)


def _chunks(
    frame: pl.LazyFrame, columns: Sequence[str], environment: str, environments: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """The columns as numbers, named by their place, and the place of each row's environment.

    Polars only reads: a query with a filter, or with new values for old, was seen to run ahead of what is
    taken from it, until the whole table was in memory.
    """
    numbers = [pl.col(name).cast(pl.Float64).alias(str(i)) for i, name in enumerate(columns)]
    read = frame.select(pl.col(environment).cast(pl.String).alias(PLACE), *numbers)
    places = pl.col(PLACE).replace_strict(list(environments), range(len(environments)), return_dtype=pl.Int64)
    for chunk in read.collect_batches(chunk_size=MOST_ROWS, maintain_order=True, engine="streaming"):
        own = chunk.filter(pl.col(PLACE).is_in([*environments]))
        if len(own):
            yield own.with_columns(places)


def _check_columns(schema: pl.Schema, numbers: Sequence[str], environment: str) -> None:
    for name in (*numbers, environment):
        if name not in schema:
            raise DataError(f"The table has no column {name!r}. It has: {', '.join(schema)}.")
    for name in numbers:
        if not (schema[name].is_numeric() or schema[name] == pl.Boolean):
            raise DataError(f"Column {name!r} is of type {schema[name]}. Moments are of numbers: encode it.")


def _check_values(
    chunk: pl.DataFrame, columns: Sequence[str], weight: str | None, environments: Sequence[str]
) -> None:
    for place, name in enumerate(columns):
        value = chunk[str(place)]
        wrong = ~value.is_finite().fill_null(False)
        if name == weight:
            wrong |= value < 0
        if wrong.any():
            where = environments[chunk[PLACE].filter(wrong)[0]]
            raise DataError(
                f"Column {name!r} has a value in environment {where!r} that is missing, not finite"
                f"{' or negative' if name == weight else ''}. Fill it in, or leave out such rows."
            )
