"""Metrics that count rows which are judged by others, as uniqueness is: what is compared there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from irm_core.contracts.aggregates import AGGREGATES, BROKEN_ROWS
from irm_core.contracts.conditions import CONDITIONS, Condition, named_columns
from irm_core.data.repeats import among, repeated
from irm_core.validation.queries import Metric, restriction

_COUNTS = {f"{one.metric}.unexpected_count": one for one in CONDITIONS.values() if not one.alone}


@dataclass(frozen=True)
class Comparison:
    """Rows are compared by the columns that `arguments` name, within each value of `column`."""

    condition: Condition
    arguments: Mapping[str, Any]
    column: str | None

    @property
    def key(self) -> str:
        """What is compared, as a text."""
        return repr((self._keys(), self.arguments.get("ignore_row_if")))

    def repeated(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """What rows have in common with others, to be collected for `among`."""
        return repeated(frame, self._keys(), self._judged())

    def among(self, frame: pl.LazyFrame, hashes: pl.DataFrame) -> pl.LazyFrame:
        """The rows of these hashes: what breaks the condition in the frame breaks it among them."""
        return among(frame, self._keys(), self._judged(), hashes)

    def _keys(self) -> list[str]:
        within = [] if self.column is None else [self.column]
        return list(dict.fromkeys([*within, *named_columns(self.condition.domain, self.arguments)]))

    def _judged(self) -> pl.Expr:
        return ~self.condition.ignores(self.arguments)


def comparison(metric: Metric) -> Comparison | None:
    """What is compared for the metric; None where each row is judged by itself, or all rows are needed."""
    name, values = metric.metric_configuration.metric_name, metric.metric_configuration.metric_value_kwargs
    domain = metric.compute_domain_kwargs or {}
    column, _ = restriction(domain) or (None, None)
    if name in _COUNTS:
        return Comparison(_COUNTS[name], {**domain, **values}, column)
    if _compares(metric) and values["unit"] == "rows":
        return Comparison(CONDITIONS[values["expectation"]], values["arguments"], column)
    return None


def together(metric: Metric) -> tuple[str, str]:
    """Metrics of which this is the same are computed as one query: of the same rows, at no others' expense.

    A share of all rows that is found by comparing them is one that holds whole columns in memory.
    """
    compared = comparison(metric)
    column, _ = restriction(metric.compute_domain_kwargs) or (None, None)
    return repr(column), compared.key if compared else str(_compares(metric))


def _compares(metric: Metric) -> bool:
    name, values = metric.metric_configuration.metric_name, metric.metric_configuration.metric_value_kwargs
    return name == AGGREGATES[BROKEN_ROWS].metric and not CONDITIONS[values["expectation"]].alone
