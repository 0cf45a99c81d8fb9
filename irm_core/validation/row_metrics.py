"""What Great Expectations asks of a row expectation: its condition, how many rows break it, and which."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from great_expectations.core.metric_function_types import MetricFunctionTypes, MetricPartialFunctionTypes
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    MapMetricProvider,
    MulticolumnMapMetricProvider,
)
from great_expectations.validator.metric_configuration import MetricConfiguration

from irm_core.contracts.conditions import CONDITIONS, Condition, named_columns
from irm_core.validation.engine import PolarsExecutionEngine
from irm_core.validation.registering import register, register_number

Metrics = Mapping[str, Any]
Kwargs = Mapping[str, Any]

_DOMAIN_OF_COLUMN = ColumnMapMetricProvider.condition_domain_keys
_DOMAIN_OF_COLUMNS = MulticolumnMapMetricProvider.condition_domain_keys


class _OfRows(MapMetricProvider):
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
        elif wanted == "filtered_row_count":  # of which Great Expectations does not expect an expression
            dependencies["metric_partial_fn"] = _beside(metric, f"{metric.metric_name}.aggregate_fn", values)
        return dependencies


def _beside(metric: MetricConfiguration, name: str, values: Kwargs) -> MetricConfiguration:
    return MetricConfiguration(name, metric.metric_domain_kwargs, dict(values))


def _condition(condition: Condition) -> Callable[..., Any]:
    def broken(
        metric_domain_kwargs: Kwargs, metric_value_kwargs: Kwargs, **_: object
    ) -> tuple[pl.Expr, Kwargs, Kwargs]:
        arguments = {**metric_domain_kwargs, **metric_value_kwargs}
        columns = named_columns(condition.domain, arguments)
        return ~condition.valid(arguments), metric_domain_kwargs, {"columns": columns}

    return broken


def _count(metrics: Metrics, **_: object) -> tuple[pl.Expr, Kwargs, Kwargs]:
    broken, domain, accessor = metrics["unexpected_condition"]
    return broken.sum(), domain, accessor


def _considered(metric_domain_kwargs: Kwargs, **_: object) -> tuple[pl.Expr, Kwargs, Kwargs]:
    """The rows that are not missing in all of the columns."""
    present = pl.any_horizontal(pl.col(name).is_not_null() for name in metric_domain_kwargs["column_list"])
    return present.sum(), metric_domain_kwargs, {}


def _index_list(
    execution_engine: PolarsExecutionEngine, metric_value_kwargs: Kwargs, metrics: Metrics, **_: object
) -> list[dict[str, Any]]:
    """The broken rows: the columns that identify them, and those that are judged."""
    if not metrics["count"]:
        return []
    broken, domain, accessor = metrics["unexpected_condition"]
    asked = metric_value_kwargs["result_format"]
    columns = dict.fromkeys([*asked.get("unexpected_index_column_names", ()), *accessor["columns"]])
    rows = execution_engine.get_domain_records(domain).filter(broken).select(list(columns))
    if asked["result_format"] != "COMPLETE":
        rows = rows.head(asked["partial_unexpected_count"])
    return execution_engine.collected(rows).to_dicts()


def _values(metrics: Metrics, **_: object) -> list[Any]:
    columns = metrics["unexpected_condition"][2]["columns"]
    if len(columns) == 1:
        return [row[columns[0]] for row in metrics["rows"]]
    return [{name: row[name] for name in columns} for row in metrics["rows"]]


def _query(metrics: Metrics, **_: object) -> str:
    return f"frame.filter({metrics['unexpected_condition'][0]})"


def register_row_metrics() -> None:
    """Register every condition."""
    for condition in CONDITIONS.values():
        _register(condition)


def _register(condition: Condition) -> None:
    of_column = condition.domain == ("column",)
    domain = _DOMAIN_OF_COLUMN if of_column else _DOMAIN_OF_COLUMNS
    values = (*condition.required, *condition.optional)
    name, value = condition.metric, MetricFunctionTypes.VALUE
    map_condition = MetricPartialFunctionTypes.MAP_CONDITION_FN
    register(f"{name}.condition", _OfRows, _condition(condition), map_condition, domain, values)
    register_number(f"{name}.unexpected_count", _OfRows, _count, domain, values)
    if not of_column:
        register_number(f"{name}.filtered_row_count", _OfRows, _considered, domain, values)
    listed = (*values, "result_format")
    register(f"{name}.unexpected_index_list", _OfRows, _index_list, value, domain, listed)
    register(f"{name}.unexpected_values", _OfRows, _values, value, domain, listed)
    register(f"{name}.unexpected_index_query", _OfRows, _query, value, domain, listed)
