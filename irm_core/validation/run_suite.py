"""Run a contract's suite over a frame, and read Great Expectations' results."""

from collections.abc import Mapping
from typing import Any

import great_expectations
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig

from irm_core.contracts.bounds_in_words import bounds_in_words
from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE
from irm_core.contracts.rules import Rule
from irm_core.validation.datasource import PolarsFrameAsset
from irm_core.validation.judged import Judged
from irm_core.validation.observed import observed
from irm_core.validation.suite import RULE, suite
from irm_core.validation.verdict import RuleResult, not_evaluated


def run_suite(
    rows: Judged, contract: Contract, *, complete: bool, examples: int
) -> tuple[dict[str, Any], tuple[RuleResult, ...]]:
    """Great Expectations' result as JSON, and one result per rule. Raises DataError where it has none."""
    where = [name for name in (FILE, LINE) if name in rows.frame.collect_schema()]
    result_format = {
        "result_format": "COMPLETE" if complete else "SUMMARY",
        "partial_unexpected_count": examples,
        "unexpected_index_column_names": where,
    }
    batch = _asset().add_batch_definition_whole_frame("frame").get_batch({"dataframe": rows})
    result = batch.validate(suite(contract), result_format=result_format)
    found = {_rule(one): one for one in result.results}
    results = [_read(rule, found.get(rule.name), contract, examples) for rule in contract.rules]
    return result.to_json_dict(), tuple(results)


def _asset() -> PolarsFrameAsset:
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset: PolarsFrameAsset = context.data_sources.add_polars("polars").add_frame_asset("frame")
    return asset


def _rule(one: ExpectationValidationResult) -> str:
    meta = one.expectation_config.meta if one.expectation_config else None
    return str((meta or {})[RULE])


def _read(
    rule: Rule, one: ExpectationValidationResult | None, contract: Contract, examples: int
) -> RuleResult:
    if one is None:
        raise not_evaluated(rule, "Great Expectations gives no result", contract)
    exception = _exception(one.exception_info or {})
    if exception is not None:
        raise not_evaluated(rule, exception, contract)
    result = one.result
    rows, listed = result.get("element_count"), result.get("partial_unexpected_index_list", ())
    return RuleResult(
        rule=rule.name,
        level=rule.level,
        severity=rule.severity,
        success=bool(one.success),
        checked=None if rows is None else rows - result.get("missing_count", 0),
        failed=result.get("unexpected_count"),
        observed=observed(result, success=bool(one.success)),
        asked=bounds_in_words(rule),
        examples=tuple(_example(row) for row in listed[:examples]),
    )


def _exception(info: Mapping[str, Any]) -> str | None:
    """Great Expectations tells of one exception by its fields, or of several by metric."""
    infos = [info] if "raised_exception" in info else list(info.values())
    raised = [one for one in infos if one["raised_exception"]]
    return str(raised[0]["exception_message"]).rstrip(".") if raised else None


def _example(row: Mapping[str, Any]) -> str:
    """`file:line: value`, as far as the row says."""
    values = [str(value) for name, value in row.items() if name not in (FILE, LINE) and value is not None]
    where = ":".join(str(row[name]) for name in (FILE, LINE) if name in row)
    told = ", ".join(values) or "missing"
    return f"{where}: {told}" if where else told
