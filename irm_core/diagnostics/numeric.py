"""Features of any type as standardised numbers, so that one slope means the same for all of them."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

COMMON = 0.05
"""A level of a text feature becomes a number of its own if at least this share of rows has it."""

CHANNELS = {1: ("grey",), 3: ("red", "green", "blue"), 4: ("red", "green", "blue", "alpha")}


def numeric(frame: pl.DataFrame, features: Sequence[str]) -> pl.DataFrame:
    """The features as float64 columns; `colour = red` is 1 where the text feature `colour` is red, else 0."""
    columns: dict[str, pl.Expr] = {}
    for name in features:
        columns |= _levels(frame[name]) if frame[name].dtype == pl.String else {name: _number(frame[name])}
    return frame.select(**columns)


def standardised(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns in standard deviations from their mean over all rows; constant columns are left out."""
    spreads = frame.select(pl.all().std()).row(0, named=True) if frame.width else {}
    varying = [name for name, spread in spreads.items() if spread]
    return frame.select((pl.col(name) - pl.col(name).mean()) / pl.col(name).std() for name in varying)


def channel_means(pixels: np.ndarray) -> pl.DataFrame:
    """The mean of each channel of images [N, channels, height, width], one row per image."""
    found = pixels.mean(axis=(2, 3), dtype=np.float64)
    count = found.shape[1]
    names = CHANNELS.get(count) or tuple(f"channel {number}" for number in range(count))
    return pl.DataFrame({f"mean {name}": found[:, index] for index, name in enumerate(names)})


def labels(label: pl.Series, classification: bool) -> pl.Series:
    """The label as float64: itself, or 1 for the second of two classes; of more, as an Enum of them."""
    if not classification:
        return label.cast(pl.Float64)
    classes = label.drop_nulls().unique().sort()
    if len(classes) > 2:
        return label.cast(pl.String).cast(pl.Enum(classes.cast(pl.String)))
    return (label == classes[-1]).cast(pl.Float64)


def _number(column: pl.Series) -> pl.Expr:
    values = pl.col(column.name)
    if column.dtype.is_temporal():
        values = values.to_physical()
    values = values.cast(pl.Float64)
    return pl.when(values.is_finite()).then(values)


def _levels(column: pl.Series) -> Mapping[str, pl.Expr]:
    counts = column.drop_nulls().value_counts(name="rows")
    common = counts.filter(pl.col("rows") >= COMMON * len(column))[column.name].sort()
    return {f"{column.name} = {level}": (pl.col(column.name) == level).cast(pl.Float64) for level in common}
