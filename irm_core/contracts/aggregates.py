"""What each table expectation measures, as one Polars expression: the one home of aggregates."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from irm_core.contracts.conditions import CONDITIONS, Arguments

BROKEN_ROWS = "expect_broken_rows_to_be_between"
"""Our own expectation: how many rows, or what percent of them (`unit`), may break another expectation."""


@dataclass(frozen=True)
class Aggregate:
    """One kind of table expectation: a number about a column, or the table, that must lie within bounds.

    word: what a rule of this kind is called, after its column or "table".
    metric: name of the Great Expectations metric.
    number: (column, arguments) -> the number.
    required, optional, typed, domain: as in Condition. A number about the table has no domain.
    numeric: whether only numbers have it.
    """

    word: str
    metric: str
    number: Callable[[pl.Expr, Arguments], pl.Expr]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ("min_value", "max_value", "strict_min", "strict_max")
    typed: tuple[str, ...] = ()
    domain: tuple[str, ...] = ("column",)
    numeric: bool = False

    def measured(self, arguments: Arguments) -> pl.Expr:
        """The number, as an expression that gives one row."""
        return self.number(pl.col(arguments["column"]) if self.domain else pl.lit(None), arguments)


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part / whole, and 0 of nothing."""
    return (part / whole).fill_nan(0.0)


def _distinct(values: pl.Expr, _: Arguments) -> pl.Expr:
    return values.drop_nulls().n_unique()


def _share_distinct(values: pl.Expr, arguments: Arguments) -> pl.Expr:
    return _ratio(_distinct(values, arguments), values.count())


def _share_present(values: pl.Expr, _: Arguments) -> pl.Expr:
    return _ratio(values.count(), pl.len())


def _rows(*_: object) -> pl.Expr:
    return pl.len()


def _broken(_: pl.Expr, arguments: Arguments) -> pl.Expr:
    broken = (~CONDITIONS[arguments["expectation"]].valid(arguments["arguments"])).sum()
    return broken if arguments["unit"] == "rows" else _ratio(100 * broken, pl.len())


def _extreme(word: str, metric: str, number: Callable[[pl.Expr], pl.Expr]) -> Aggregate:
    return Aggregate(word, metric, lambda values, _: number(values), typed=("min_value", "max_value"))


def _statistic(word: str, metric: str, number: Callable[[pl.Expr], pl.Expr]) -> Aggregate:
    return Aggregate(word, metric, lambda values, _: number(values), numeric=True)


AGGREGATES: dict[str, Aggregate] = {
    BROKEN_ROWS: Aggregate(
        "broken rows",
        "table.broken_rows",
        _broken,
        required=("expectation", "arguments", "unit"),
        domain=(),
    ),
    "expect_table_row_count_to_be_between": Aggregate(
        "rows", "table.row_count", _rows, optional=("min_value", "max_value"), domain=()
    ),
    "expect_table_row_count_to_equal": Aggregate(
        "rows", "table.row_count", _rows, required=("value",), optional=(), domain=()
    ),
    "expect_column_min_to_be_between": _extreme("minimum", "column.min", pl.Expr.min),
    "expect_column_max_to_be_between": _extreme("maximum", "column.max", pl.Expr.max),
    "expect_column_mean_to_be_between": _statistic("mean", "column.mean", pl.Expr.mean),
    "expect_column_median_to_be_between": _statistic("median", "column.median", pl.Expr.median),
    "expect_column_sum_to_be_between": _statistic("sum", "column.sum", pl.Expr.sum),
    "expect_column_stdev_to_be_between": _statistic("deviation", "column.standard_deviation", pl.Expr.std),
    "expect_column_unique_value_count_to_be_between": Aggregate(
        "distinct values", "column.distinct_values.count", _distinct
    ),
    "expect_column_proportion_of_unique_values_to_be_between": Aggregate(
        "share distinct", "column.unique_proportion", _share_distinct
    ),
    "expect_column_proportion_of_non_null_values_to_be_between": Aggregate(
        "share present", "column.non_null_proportion", _share_present
    ),
}
