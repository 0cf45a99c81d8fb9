"""What each table expectation measures, as one Polars expression: the one home of aggregates."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from irm_core.contracts.conditions import CONDITIONS, Arguments

BROKEN_ROWS = "expect_broken_rows_to_be_between"
"""Our own expectation: how many rows (`unit: rows`), or what part of them (`unit: percent`), may break another."""


@dataclass(frozen=True)
class Aggregate:
    """One kind of table expectation: a number about a column, or about the table, that must lie within bounds.

    metric: name of the Great Expectations metric.
    number: (column, arguments) -> the number.
    required, optional, typed, domain: as in Condition. A number about the table has no domain.
    """

    metric: str
    number: Callable[[pl.Expr, Arguments], pl.Expr]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ("min_value", "max_value", "strict_min", "strict_max")
    typed: tuple[str, ...] = ()
    domain: tuple[str, ...] = ("column",)

    def measured(self, arguments: Arguments) -> pl.Expr:
        """The number, as an expression that gives one row."""
        return self.number(pl.col(arguments["column"]) if self.domain else pl.lit(None), arguments)


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part / whole, and 0 of nothing."""
    return (part / whole).fill_nan(0.0)


def _distinct(values: pl.Expr) -> pl.Expr:
    return values.drop_nulls().n_unique()


def _broken(_: pl.Expr, arguments: Arguments) -> pl.Expr:
    broken = (~CONDITIONS[arguments["expectation"]].valid(arguments["arguments"])).sum()
    return broken if arguments["unit"] == "rows" else _ratio(100 * broken, pl.len())


_BOUNDS = ("min_value", "max_value")

AGGREGATES: dict[str, Aggregate] = {
    BROKEN_ROWS: Aggregate(
        "table.broken_rows", _broken, required=("expectation", "arguments", "unit"), domain=()
    ),
    "expect_table_row_count_to_be_between": Aggregate(
        "table.row_count", lambda *_: pl.len(), optional=_BOUNDS, domain=()
    ),
    "expect_table_row_count_to_equal": Aggregate(
        "table.row_count", lambda *_: pl.len(), required=("value",), optional=(), domain=()
    ),
    "expect_column_min_to_be_between": Aggregate("column.min", lambda values, _: values.min(), typed=_BOUNDS),
    "expect_column_max_to_be_between": Aggregate("column.max", lambda values, _: values.max(), typed=_BOUNDS),
    "expect_column_mean_to_be_between": Aggregate("column.mean", lambda values, _: values.mean()),
    "expect_column_median_to_be_between": Aggregate("column.median", lambda values, _: values.median()),
    "expect_column_sum_to_be_between": Aggregate("column.sum", lambda values, _: values.sum()),
    "expect_column_stdev_to_be_between": Aggregate(
        "column.standard_deviation", lambda values, _: values.std()
    ),
    "expect_column_unique_value_count_to_be_between": Aggregate(
        "column.distinct_values.count", lambda values, _: _distinct(values)
    ),
    "expect_column_proportion_of_unique_values_to_be_between": Aggregate(
        "column.unique_proportion", lambda values, _: _ratio(_distinct(values), values.count())
    ),
    "expect_column_proportion_of_non_null_values_to_be_between": Aggregate(
        "column.non_null_proportion", lambda values, _: _ratio(values.count(), pl.len())
    ),
}
