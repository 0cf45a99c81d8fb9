"""Intervals of a number: between bounds b₁ < b₂ < …, each with its lower bound and without its upper one."""

from collections.abc import Sequence
from itertools import pairwise

import polars as pl


def names(bounds: Sequence[float]) -> tuple[str, ...]:
    """The intervals in words, from the lowest to the highest.

    >>> names([40, 65.5])
    ('below 40', '40 to 65.5', '65.5 or more')
    """
    texts = [_text(bound) for bound in bounds]
    between = (f"{low} to {high}" for low, high in pairwise(texts))
    return (f"below {texts[0]}", *between, f"{texts[-1]} or more")


def interval(values: pl.Expr, bounds: Sequence[float]) -> pl.Expr:
    """The interval that each value is in, by its name; null where there is no value."""
    lowest, *others = names(bounds)
    chosen = pl.lit(lowest)
    for bound, name in zip(bounds, others, strict=True):
        chosen = pl.when(values < bound).then(chosen).otherwise(pl.lit(name))
    return pl.when(values.is_not_null()).then(chosen)


def _text(bound: float) -> str:
    return repr(float(bound)).removesuffix(".0")
