"""Metrics that are computed together, as one query: over all rows, or over those of each value of a column.

The latter are Great Expectations' row conditions of the form `Column("hospital") == "va"`: all that ask for
one column are one aggregation by groups, however many values they ask for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from great_expectations.execution_engine.execution_engine import MetricComputationConfiguration
from great_expectations.expectations.row_conditions import (
    ComparisonCondition,
    Operator,
    deserialize_row_condition,
)

Metric = MetricComputationConfiguration
Domain = Mapping[str, Any] | None


def restriction(domain: Domain) -> tuple[str, Any] | None:
    """The column and the value of it that the rows of a domain have; None for all rows.

    Raises NotImplementedError for any other condition: none is ignored.
    """
    condition = deserialize_row_condition((domain or {}).get("row_condition"))
    if condition is None:
        return None
    if isinstance(condition, ComparisonCondition) and condition.operator == Operator.EQUAL:
        return condition.column.name, condition.parameter
    raise NotImplementedError(
        'PolarsExecutionEngine evaluates no row_condition but Column("…") == value; filter the frame instead.'
    )


def unrestricted(domain: Domain) -> dict[str, Any]:
    """The domain without its condition."""
    stated = dict(sorted((domain or {}).items()))
    return {key: one for key, one in stated.items() if key not in ("row_condition", "condition_parser")}


def restricted(frame: pl.LazyFrame, domain: Domain) -> pl.LazyFrame:
    """The rows of a domain."""
    only = restriction(domain)
    return frame if only is None else frame.filter(pl.col(only[0]) == only[1])


@dataclass(frozen=True)
class Query:
    """`metrics` of all rows of `frame` where `column` is None, else each of the rows with one value of it."""

    frame: pl.LazyFrame
    column: str | None
    metrics: Sequence[Metric]

    def lazy(self) -> pl.LazyFrame:
        """One row of numbers, or one per value of the column, which stands first then."""
        if self.column is None:
            return self.frame.select(self._numbers())
        return self.frame.group_by(pl.col(self.column).alias(_VALUE)).agg(self._numbers())

    def values(self, found: pl.DataFrame) -> Iterator[tuple[Any, Any]]:
        """The number of each metric, in what `lazy` has come to."""
        rows = {row[0]: row[1:] for row in found.iter_rows()} if self.column else {None: found.row(0)}
        places = self._places()
        for metric in self.metrics:
            only = restriction(metric.compute_domain_kwargs)
            value = only[1] if only else None
            row = rows.get(value) or rows.setdefault(value, self._of_nothing(metric))
            yield metric.metric_configuration.id, row[places[_key(metric)]]

    def _of_nothing(self, metric: Metric) -> tuple[Any, ...]:
        """The numbers of no rows. Polars refuses a value that is not of the column's type."""
        rows = restricted(self.frame.clear(), metric.compute_domain_kwargs)
        return rows.select(self._numbers()).collect().row(0)

    def _places(self) -> dict[str, int]:
        """Which of the numbers a metric is: one for all values of the column."""
        return {key: place for place, key in enumerate(dict.fromkeys(map(_key, self.metrics)))}

    def _numbers(self) -> list[pl.Expr]:
        functions = {_key(metric): metric.metric_fn for metric in self.metrics}
        return [functions[key].alias(str(place)) for key, place in self._places().items()]


_VALUE = "value"


def _key(metric: Metric) -> str:
    """What a metric computes, whatever the rows."""
    configuration, domain = metric.metric_configuration, unrestricted(metric.compute_domain_kwargs)
    return repr((configuration.metric_name, configuration.metric_value_kwargs, domain))
