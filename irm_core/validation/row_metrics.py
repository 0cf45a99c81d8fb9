"""What Great Expectations asks of a row expectation: how many rows break it, and which."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from great_expectations.core.metric_function_types import MetricFunctionTypes
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    ColumnPairMapMetricProvider,
    MapMetricProvider,
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

from irm_core.contracts.conditions import CONDITIONS, Condition, named_columns
from irm_core.validation.engine import PolarsExecutionEngine
from irm_core.validation.listing import Listing
from irm_core.validation.registering import register, register_number
from irm_core.validation.value_sets import for_column

Metrics = Mapping[str, Any]
Kwargs = Mapping[str, Any]


class _OfRows(MetricProvider):
    """Row metrics. Lists of broken rows wait for their count: where it is 0, the data are not read again."""

    @classmethod
    def _get_evaluation_dependencies(
        cls, metric: MetricConfiguration, *args: Any, **kwargs: Any
    ) -> dict[str, MetricConfiguration]:
        dependencies: dict[str, MetricConfiguration] = super()._get_evaluation_dependencies(
            metric, *args, **kwargs
        )
        name, _, wanted = metric.metric_name.rpartition(".")
        values = metric.metric_value_kwargs
        if wanted == "unexpected_index_list":
            of_count = {key: value for key, value in values.items() if key != "result_format"}
            dependencies["count"] = _beside(metric, f"{name}.unexpected_count", of_count)
        elif wanted == "unexpected_values":
            dependencies["rows"] = _beside(metric, f"{name}.unexpected_index_list", values)
        return dependencies


def _beside(metric: MetricConfiguration, name: str, values: Kwargs) -> MetricConfiguration:
    return MetricConfiguration(name, metric.metric_domain_kwargs, dict(values))


@dataclass(frozen=True)
class _Metrics:
    """The metrics of one condition, by the signature that Great Expectations calls them with."""

    condition: Condition

    def broken(self, engine: PolarsExecutionEngine, domain: Kwargs, values: Kwargs) -> pl.Expr:
        known = for_column(values, domain, engine.data(domain).frame)
        return ~self.condition.valid({**domain, **known})

    def columns(self, domain: Kwargs) -> list[str]:
        return named_columns(self.condition.domain, domain)

    def count(
        self,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Kwargs,
        metric_value_kwargs: Kwargs,
        **_: object,
    ) -> tuple[pl.Expr, Kwargs, Kwargs]:
        broken = self.broken(execution_engine, metric_domain_kwargs, metric_value_kwargs)
        return broken.sum(), metric_domain_kwargs, {}

    def considered(
        self, metric_domain_kwargs: Kwargs, metric_value_kwargs: Kwargs, **_: object
    ) -> tuple[pl.Expr, Kwargs, Kwargs]:
        """The rows that the condition says something of."""
        ignored = self.condition.ignores({**metric_domain_kwargs, **metric_value_kwargs})
        return (~ignored).sum(), metric_domain_kwargs, {}

    def index_list(
        self,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Kwargs,
        metric_value_kwargs: Kwargs,
        metrics: Metrics,
        **_: object,
    ) -> list[dict[str, Any]]:
        """The broken rows: the columns that identify them, and those that are judged."""
        if not metrics["count"]:
            return []
        asked = metric_value_kwargs["result_format"]
        stated = {key: value for key, value in metric_value_kwargs.items() if key != "result_format"}
        frame = execution_engine.data(metric_domain_kwargs).frame
        values = for_column(stated, metric_domain_kwargs, frame)
        identifying = tuple(asked.get("unexpected_index_column_names") or ())
        most = None if asked["result_format"] == "COMPLETE" else asked["partial_unexpected_count"]
        listing = Listing(self.condition, metric_domain_kwargs, values, identifying, most)
        return listing.rows(execution_engine)

    def values(self, metric_domain_kwargs: Kwargs, metrics: Metrics, **_: object) -> list[Any]:
        columns = self.columns(metric_domain_kwargs)
        if len(columns) == 1:
            return [row[columns[0]] for row in metrics["rows"]]
        return [{name: row[name] for name in columns} for row in metrics["rows"]]

    def query(
        self,
        execution_engine: PolarsExecutionEngine,
        metric_domain_kwargs: Kwargs,
        metric_value_kwargs: Kwargs,
        **_: object,
    ) -> str:
        broken = self.broken(execution_engine, metric_domain_kwargs, metric_value_kwargs)
        return f"frame.filter({broken})"


_PROVIDERS: dict[tuple[str, ...], type[MapMetricProvider]] = {
    ("column",): ColumnMapMetricProvider,
    ("column_A", "column_B"): ColumnPairMapMetricProvider,
    ("column_list",): MulticolumnMapMetricProvider,
}


def register_row_metrics() -> None:
    """Register the metrics of every condition."""
    for condition in CONDITIONS.values():
        _register(condition)


def _register(condition: Condition) -> None:
    of_column = condition.domain == ("column",)
    domain = _PROVIDERS[condition.domain].condition_domain_keys
    values = (*condition.required, *condition.optional)
    metrics, name = _Metrics(condition), condition.metric
    register_number(f"{name}.unexpected_count", _OfRows, metrics.count, domain, values)
    if not of_column:
        register_number(f"{name}.filtered_row_count", _OfRows, metrics.considered, domain, values)
    lists: dict[str, Callable[..., Any]] = {
        "unexpected_index_list": metrics.index_list,
        "unexpected_values": metrics.values,
        "unexpected_index_query": metrics.query,
    }
    for suffix, function in lists.items():
        listed = (*values, "result_format")
        register(f"{name}.{suffix}", _OfRows, function, MetricFunctionTypes.VALUE, domain, listed)
