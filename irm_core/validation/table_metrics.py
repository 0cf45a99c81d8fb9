"""What Great Expectations asks of a table expectation: the number that it is about."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from great_expectations.expectations.metrics.column_aggregate_metric_provider import (
    ColumnAggregateMetricProvider,
)
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from irm_core.contracts.aggregates import AGGREGATES, Aggregate
from irm_core.validation.registering import register_number

Kwargs = Mapping[str, Any]


class _Number(MetricProvider):
    """Depends on no other metric, so that all numbers are computed in one pass."""


def _number(aggregate: Aggregate) -> Callable[..., Any]:
    def number(
        metric_domain_kwargs: Kwargs, metric_value_kwargs: Kwargs, **_: object
    ) -> tuple[pl.Expr, Kwargs, Kwargs]:
        arguments = {**metric_domain_kwargs, **metric_value_kwargs}
        return aggregate.measured(arguments), metric_domain_kwargs, {}

    return number


def register_table_metrics() -> None:
    """Register every aggregate."""
    for aggregate in {one.metric: one for one in AGGREGATES.values()}.values():
        like = ColumnAggregateMetricProvider if aggregate.domain else TableMetricProvider
        own = tuple(key for key in aggregate.required if key != "value")  # the bounds are the expectation's
        register_number(aggregate.metric, _Number, _number(aggregate), like.domain_keys, own)
