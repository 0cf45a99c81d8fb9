"""Preparation: from what a file says to typed values, beside the raw ones and what could not be read."""

from collections.abc import Iterator

import polars as pl

from irm_core.contracts.contract import Column, Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, raw, unreadable
from irm_core.contracts.notation import Notation
from irm_core.data.absence import present, signs
from irm_core.data.casts import cast
from irm_core.data.images import digest, inspected

PREPARATION = 2
"""Changes when the same raw data would be prepared to something else. Part of every version's id."""


def prepare(frame: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """Per contract column c: `c` (typed, null where missing or unreadable), `c (raw)`, `c (unreadable)`.

    Beside them FILE, LINE and ROW_UNREADABLE, as scanned. Missing is what is null, blank, NaN, or one of the
    missing values of column or contract. Paths of images become relative to the working folder, and each
    image is decoded once, here, to see whether it can be (see `images.inspected`).
    """
    schema = frame.collect_schema()
    kept = [pl.col(column.name).alias(raw(column.name)) for column in contract.columns]
    prepared = frame.select(FILE, LINE, ROW_UNREADABLE, *kept)
    # Stage by stage, since Polars computes an expression anew wherever it occurs in one.
    for stage in (_at_first_sight, _doubtful, _read):
        prepared = prepared.with_columns(
            expression
            for column in contract.columns
            for expression in stage(column, schema[column.name], contract.missing_in(column))
        )
    return inspected(prepared, contract) if contract.image else prepared


def prepared_columns(contract: Contract) -> list[str]:
    """The columns of a prepared frame but the raw ones, which few rows are asked for. (See `raw_rows`.)"""
    names = [column.name for column in contract.columns]
    digests = [digest(contract.image.name)] if contract.image else []
    return [FILE, LINE, ROW_UNREADABLE, *names, *map(unreadable, names), *digests]


def raw_columns(contract: Contract) -> list[str]:
    """The columns of a prepared frame that keep what the file says."""
    return [raw(column.name) for column in contract.columns]


def remarks(contract: Contract) -> list[str]:
    """The prepared columns that say what could not be read."""
    return [ROW_UNREADABLE, *(unreadable(column.name) for column in contract.columns)]


def value(
    said: pl.Expr, dtype: pl.DataType, notation: Notation, missing_values: tuple[str, ...]
) -> tuple[pl.Expr, pl.Expr]:
    """What is said, of `dtype`: null where it stands for a missing value; and the same, typed."""
    there = present(said, dtype, notation, missing_values)
    return there, cast(there, dtype, notation)


def _at_first_sight(column: Column, dtype: pl.DataType, _: tuple[str, ...]) -> Iterator[pl.Expr]:
    """Numbers, as most texts have them: without blanks, signs of missing values, or a comma."""
    if is_written_number(column, dtype):
        yield pl.col(raw(column.name)).cast(column.dtype, strict=False).alias(column.name)


def _doubtful(column: Column, dtype: pl.DataType, missing_values: tuple[str, ...]) -> Iterator[pl.Expr]:
    """The texts that need a second look, which takes five times as long: all that are no finite number, or
    perhaps the sign of a missing one.
    """
    if is_written_number(column, dtype):
        sure = is_sure(pl.col(column.name), column, missing_values)
        doubtful = pl.when(~sure).then(pl.col(raw(column.name)))
        yield doubtful.alias(unreadable(column.name))


def _read(column: Column, dtype: pl.DataType, missing_values: tuple[str, ...]) -> Iterator[pl.Expr]:
    """The typed value of `column`, and what could not be read, from its raw value."""
    doubted = is_written_number(column, dtype)
    said = pl.col(unreadable(column.name) if doubted else raw(column.name))
    typed, lost = read(said, column, dtype, missing_values)
    yield pl.when(said.is_null()).then(column.name).otherwise(typed).alias(column.name) if doubted else typed
    yield lost


def read(
    said: pl.Expr, column: Column, dtype: pl.DataType, missing_values: tuple[str, ...]
) -> tuple[pl.Expr, pl.Expr]:
    """The typed value of `column`, and what could not be read, from what is said, of `dtype`."""
    there, typed = value(said, dtype, column.notation, missing_values)
    unread = pl.when(there.is_not_null() & typed.is_null()).then(there.cast(pl.String))
    lost = pl.lit(None, pl.String) if column.logical_type == "string" else unread
    return typed.alias(column.name), lost.alias(unreadable(column.name))


def is_written_number(column: Column, dtype: pl.DataType) -> bool:
    """Whether values of `dtype` are texts of numbers that Polars can read as they are."""
    return dtype == pl.String and column.logical_type in ("number", "integer") and column.decimal == "."


def is_sure(number: pl.Expr, column: Column, missing_values: tuple[str, ...]) -> pl.Expr:
    """True where a number that was read from a text is finite, and not perhaps the sign of a missing one."""
    listed = signs(missing_values, column.dtype)
    sure = number.is_finite() & ~number.is_in(listed.to_list()) if len(listed) else number.is_finite()
    return sure.fill_null(False)
