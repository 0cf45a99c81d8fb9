"""Sets of values, as values of the column that they are about: Polars compares nothing else, pandas all."""

from collections.abc import Mapping
from typing import Any

import polars as pl

SET = "value_set"


def for_column(values: Mapping[str, Any], domain: Mapping[str, Any], frame: pl.LazyFrame) -> dict[str, Any]:
    """The arguments of a metric; a number in its set is one that the column can have, or is left out."""
    if SET not in values:
        return dict(values)
    dtype = frame.collect_schema().get(domain["column"])
    return {**values, SET: [one for given in values[SET] for one in _as(dtype, given)]}


def _as(dtype: pl.DataType | None, value: Any) -> list[Any]:
    """As the same number; whatever is no number stays, for Polars to refuse."""
    if dtype is None or isinstance(value, bool):
        return [value]
    if dtype.is_float() and isinstance(value, int):
        return [float(value)]
    if dtype.is_integer() and isinstance(value, float):
        return [int(value)] if value.is_integer() else []
    return [value]
