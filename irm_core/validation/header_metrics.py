"""What Great Expectations asks of the columns of a table: their names, their number and their types."""

from collections.abc import Mapping
from typing import Any

from great_expectations.core.metric_function_types import MetricFunctionTypes
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from irm_core.validation.engine import PolarsExecutionEngine
from irm_core.validation.registering import register

Kwargs = Mapping[str, Any]


class _OfHeader(MetricProvider):
    """Known without reading a row."""


def _columns(execution_engine: PolarsExecutionEngine, metric_domain_kwargs: Kwargs, **_: object) -> list[str]:
    judged = execution_engine.data(metric_domain_kwargs).judged
    return list(judged.frame.collect_schema() if judged.columns is None else judged.columns)


def _count(execution_engine: PolarsExecutionEngine, metric_domain_kwargs: Kwargs, **_: object) -> int:
    return len(_columns(execution_engine, metric_domain_kwargs))


def _types(
    execution_engine: PolarsExecutionEngine, metric_domain_kwargs: Kwargs, **_: object
) -> list[dict[str, Any]]:
    """The type of a raw column that the frame does not have is not known."""
    types = execution_engine.data(metric_domain_kwargs).frame.collect_schema()
    return [
        {"name": name, "type": types.get(name)} for name in _columns(execution_engine, metric_domain_kwargs)
    ]


def register_header_metrics() -> None:
    """Register them all."""
    metrics = {"table.columns": _columns, "table.column_count": _count, "table.column_types": _types}
    for name, function in metrics.items():
        register(name, _OfHeader, function, MetricFunctionTypes.VALUE, TableMetricProvider.domain_keys)
