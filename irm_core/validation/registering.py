"""Registers metrics for the Polars engine with Great Expectations, which keeps one registry per process."""

from collections.abc import Callable
from functools import partial
from typing import Any

from great_expectations.core.metric_function_types import MetricFunctionTypes, MetricPartialFunctionTypes
from great_expectations.expectations.metrics.metric_provider import MetricProvider
from great_expectations.expectations.registry import _registered_metrics, register_metric

from irm_core.validation.engine import PolarsExecutionEngine

FunctionType = MetricFunctionTypes | MetricPartialFunctionTypes


def register(
    name: str,
    provider: type[MetricProvider],
    function: Callable[..., Any] | None,
    kind: FunctionType,
    domain: tuple[str, ...],
    values: tuple[str, ...] = (),
) -> None:
    """Register `function` for the metric `name`, under the keys that other engines have given it."""
    known = _registered_metrics.get(name, {})
    register_metric(
        metric_name=name,
        metric_domain_keys=known.get("metric_domain_keys", domain),
        metric_value_keys=known.get("metric_value_keys", values),
        execution_engine=PolarsExecutionEngine,
        metric_class=provider,
        metric_provider=partial(function) if function else None,  # since it sets an attribute
        metric_fn_type=kind,
    )


def register_number(
    name: str,
    provider: type[MetricProvider],
    function: Callable[..., Any],
    domain: tuple[str, ...],
    values: tuple[str, ...] = (),
) -> None:
    """Register a metric whose function gives an expression, to be computed together with the others."""
    kind = MetricPartialFunctionTypes.AGGREGATE_FN
    register(f"{name}.{kind.metric_suffix}", provider, function, kind, domain, values)
    register(name, provider, None, MetricFunctionTypes.VALUE, domain, values)
