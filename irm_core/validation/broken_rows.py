"""Our own expectation: how many rows, or what percent of them, may break a row expectation.

Great Expectations has `mostly`, a share that is met by what is not below it. The data contract standard
counts rows too, and compares by all of <, <=, >, >= and =.
"""

from typing import Any, ClassVar

from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.row_conditions import RowConditionType

from irm_core.contracts.aggregates import AGGREGATES, BROKEN_ROWS

_METRIC = AGGREGATES[BROKEN_ROWS].metric


class ExpectBrokenRowsToBeBetween(BatchExpectation):
    """The number of rows that break `expectation`, or their percentage (`unit`), lies within bounds."""

    expectation: str
    arguments: dict[str, Any]
    unit: str
    row_condition: RowConditionType = None
    condition_parser: str | None = None
    min_value: float | None = None
    max_value: float | None = None
    strict_min: bool = False
    strict_max: bool = False

    metric_dependencies: ClassVar[tuple[str, ...]] = (_METRIC,)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "row_condition", "condition_parser")
    success_keys: ClassVar[tuple[str, ...]] = (
        "expectation",
        "arguments",
        "unit",
        "min_value",
        "max_value",
        "strict_min",
        "strict_max",
    )

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine | None = None,
    ) -> Any:
        return self._validate_metric_value_between(
            metric_name=_METRIC,
            metrics=metrics,
            runtime_configuration=runtime_configuration,
            execution_engine=execution_engine,
        )
