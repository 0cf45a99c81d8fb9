"""Absence: which values of a file stand for a missing one."""

import polars as pl

from irm_core.contracts.notation import Notation
from irm_core.data.casts import cast, with_point

NOT_A_NUMBER = ("nan", "NaN", "NAN", "-nan", "-NaN")
"""How programs write the missing value of whatever is no text."""


def present(
    said: pl.Expr, dtype: pl.DataType, notation: Notation, missing_values: tuple[str, ...]
) -> pl.Expr:
    """What is said, of `dtype`; null where it is null, blank, NaN or one of the missing values.

    These are texts. Outside columns of text, one that is a number means the number: -9 is -9.0 as well.
    """
    if dtype.is_float():
        said = said.fill_nan(None)
    if dtype.is_numeric():
        return pl.when(~said.is_in(signs(missing_values, dtype).implode())).then(said)
    text = said.cast(pl.String).str.strip_chars()
    if notation.logical_type == "string":
        return pl.when(~text.is_in(["", *missing_values])).then(said)
    absent = text.is_in(["", *missing_values, *NOT_A_NUMBER])
    numbers = signs(missing_values, pl.Float64())
    if dtype == pl.String and len(numbers):
        absent |= _number(text, notation.decimal).is_in(numbers.implode()).fill_null(False)
    return pl.when(~absent).then(said)


def signs(missing_values: tuple[str, ...], dtype: pl.DataType) -> pl.Series:
    """The missing values that are numbers, as values of `dtype`, as far as that has them."""
    kind = Notation("integer" if dtype.is_integer() else "number")
    texts = pl.lit(pl.Series(missing_values, dtype=pl.String))
    return pl.select(cast(texts, pl.String(), kind).cast(dtype, strict=False)).to_series().drop_nulls()


def _number(text: pl.Expr, decimal: str) -> pl.Expr:
    return (with_point(text) if decimal == "," else text).cast(pl.Float64, strict=False)
