"""Preparation: from what a file says to typed values, beside the raw ones and what could not be read."""

import polars as pl

from irm_core.contracts.contract import Column, Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, raw, unreadable
from irm_core.data.casts import cast
from irm_core.data.images import inspected

PREPARATION = 1
"""Changes when the same raw data would be prepared to something else. Part of every version's id."""


def prepare(frame: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """Per contract column c: `c` (typed, null where missing or unreadable), `c (raw)`, `c (unreadable)`.

    Beside them FILE, LINE and ROW_UNREADABLE, as scanned. Missing is what is null, blank, NaN, or one of the
    contract's missing values. Paths of images become relative to the working folder, and each image is
    decoded once, here, to see whether it can be (see `images.inspected`).
    """
    schema = frame.collect_schema()
    kept = [pl.col(column.name).alias(raw(column.name)) for column in contract.columns]
    prepared = frame.select(FILE, LINE, ROW_UNREADABLE, *kept).with_columns(
        typed(column, schema[column.name], contract.missing_values) for column in contract.columns
    )
    prepared = prepared.with_columns(
        _could_not_read(column, schema[column.name], contract.missing_values) for column in contract.columns
    )
    return inspected(prepared, contract) if contract.image else prepared


def typed(column: Column, dtype: pl.DataType, missing_values: tuple[str, ...]) -> pl.Expr:
    """The typed value of `column`, from its raw one of `dtype`."""
    return cast(_present(column, dtype, missing_values), dtype, column.logical_type).alias(column.name)


def _present(column: Column, dtype: pl.DataType, missing_values: tuple[str, ...]) -> pl.Expr:
    """The raw value, null where it stands for a missing one."""
    value = pl.col(raw(column.name))
    if dtype.is_float():
        value = value.fill_nan(None)
    if dtype.is_numeric():
        listed = pl.Series(missing_values, dtype=pl.String).cast(dtype, strict=False).drop_nulls()
        return pl.when(~value.is_in(listed.to_list())).then(value)
    text = value.cast(pl.String).str.strip_chars()
    missing = text.is_in(["", *missing_values])
    if column.logical_type == "number":
        missing |= text.str.to_lowercase() == "nan"
    return pl.when(~missing).then(value)


def _could_not_read(column: Column, dtype: pl.DataType, missing_values: tuple[str, ...]) -> pl.Expr:
    present = _present(column, dtype, missing_values)
    lost = present.is_not_null() & pl.col(column.name).is_null()
    return pl.when(lost).then(present.cast(pl.String)).alias(unreadable(column.name))
