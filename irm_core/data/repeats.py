"""Rows that may say the same as others, found without a table of all that was said: hashes are sorted."""

from collections.abc import Sequence

import polars as pl

SEED = 0
HASH = "_hash"
Keys = Sequence[str | pl.Expr]


def repeated(frame: pl.LazyFrame, keys: Keys, judged: pl.Expr) -> pl.LazyFrame:
    """The hashes that `keys` have in several of the `judged` rows: those of all equal rows, and of hardly
    any others.

    Takes a quarter of the time and memory of counting the values: some fourteen bytes per row.
    """
    hashes = frame.filter(judged).select(_hash(keys)).sort(HASH)
    return hashes.filter(pl.col(HASH) == pl.col(HASH).shift()).unique()


def among(frame: pl.LazyFrame, keys: Keys, judged: pl.Expr, hashes: pl.DataFrame) -> pl.LazyFrame:
    """The `judged` rows of these `hashes`: what is unique among them is unique, and so are all others."""
    if hashes.is_empty():
        return frame.clear()
    return frame.filter(judged & _hash(keys).is_in(hashes[HASH].implode()))


def _hash(keys: Keys) -> pl.Expr:
    return pl.struct(keys).hash(SEED).alias(HASH)
