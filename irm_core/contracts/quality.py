"""The quality rules of a contract: library metrics, and Great Expectations given as such."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml
from open_data_contract_standard.model import DataQuality

from irm_core.contracts.aggregates import BROKEN_ROWS
from irm_core.contracts.operators import bounds, none_at_all, whole_bounds
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.yaml_lines import Place

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A rule as the contract states it, not yet known to run."""

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    place: Place
    severity: str = "error"


def draft(
    quality: DataQuality, column: str | None, missing_values: tuple[str, ...], place: Place
) -> list[Draft]:
    """The rules that one entry of `quality` states, of a column or (None) of the table; text states none."""
    severity = _severity(quality, place)
    kind = quality.type or "library"
    if kind == "text":
        return []
    if kind == "custom":
        drafts = [_custom(quality, column, place)]
    elif kind == "library":
        drafts = list(_library(quality, column, missing_values, place))
    else:
        raise Problem(
            place, f"rules of type {kind} cannot be run; use library, or custom with greatExpectations."
        )
    prefix = column or "table"
    named = [replace(one, name=f"{prefix}.{quality.name}") if quality.name else one for one in drafts]
    return [replace(one, severity=severity) for one in named]


def _severity(quality: DataQuality, place: Place) -> str:
    severity = (quality.severity or "error").lower()
    if severity not in ("error", "warning", "info"):
        known = ("error", "warning", "info")
        raise Problem((*place, "severity"), unknown("severity", quality.severity, known))
    return "error" if severity == "error" else "warning"


def _custom(quality: DataQuality, column: str | None, place: Place) -> Draft:
    engine = (quality.engine or "").lower().replace("-", "").replace("_", "")
    if engine != "greatexpectations":
        raise Problem(
            (*place, "engine"), f"rules of the engine {quality.engine} cannot be run; use greatExpectations."
        )
    where = (*place, "implementation")
    stated = _implementation(quality.implementation, where)
    arguments = dict(stated.get("kwargs") or {})
    expectation = str(stated.get("type"))
    if column is not None and "column_list" not in arguments and expectation.startswith("expect_column_"):
        arguments.setdefault("column", column)
    kind = expectation.removeprefix("expect_").removeprefix("column_").removeprefix("table_")
    subject = arguments.get("column", column) or "table"
    return Draft(f"{subject}.{_SHORT.get(expectation, kind)}", expectation, arguments, where)


_SHORT = {
    "expect_column_values_to_not_be_null": "required",
    "expect_column_values_to_be_null": "absent",
    "expect_column_values_to_be_unique": "unique",
    "expect_column_values_to_be_in_set": "values",
    "expect_column_values_to_not_be_in_set": "forbidden values",
    "expect_column_values_to_be_between": "range",
    "expect_column_values_to_match_regex": "pattern",
    "expect_column_values_to_not_match_regex": "forbidden pattern",
    "expect_column_value_lengths_to_be_between": "length",
    "expect_column_value_lengths_to_equal": "length",
    "expect_table_row_count_to_be_between": "rows",
    "expect_table_row_count_to_equal": "rows",
}


def _implementation(stated: Any, place: Place) -> dict[str, Any]:
    if isinstance(stated, str):
        try:
            stated = yaml.safe_load(stated)
        except yaml.YAMLError as error:
            raise Problem(place, f"the implementation is not YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(stated, dict) or "type" not in stated:
        raise Problem(place, "the implementation is a mapping of `type` (the expectation) and `kwargs`.")
    for key in stated:
        if key not in ("type", "kwargs"):
            raise Problem((*place, key), unknown("key", key, ("type", "kwargs")))
    if not isinstance(stated.get("kwargs") or {}, dict):
        raise Problem((*place, "kwargs"), "`kwargs` is a mapping of the expectation's arguments.")
    return stated


def _library(
    quality: DataQuality, column: str | None, missing_values: tuple[str, ...], place: Place
) -> Iterator[Draft]:
    if quality.metric == "rowCount":
        if column is not None or quality.unit not in (None, "rows"):
            raise Problem(
                place, "rowCount counts the rows of the table: it belongs to the schema, without percent."
            )
        _check_arguments(quality, (), place)
        arguments = whole_bounds(quality, place)
        yield Draft("table.rows", "expect_table_row_count_to_be_between", arguments, place)
        return
    if quality.metric not in _METRICS:
        raise Problem((*place, "metric"), unknown("metric", quality.metric, (*_METRICS, "rowCount")))
    for name, expectation, arguments in _METRICS[quality.metric](quality, column, missing_values, place):
        yield _thresholded(Draft(name, expectation, arguments, place), quality, place)


def _thresholded(row: Draft, quality: DataQuality, place: Place) -> Draft:
    """The row rule itself where no row may break it, else a rule on how many may."""
    unit = quality.unit or "rows"
    if unit not in ("rows", "percent"):
        raise Problem((*place, "unit"), unknown("unit", unit, ("rows", "percent")))
    limits = bounds(quality, place)
    if none_at_all(limits, unit):
        return row
    broken = {"expectation": row.expectation, "arguments": dict(row.arguments), "unit": unit}
    return replace(row, expectation=BROKEN_ROWS, arguments={**broken, **limits})


Metric = Callable[[DataQuality, str | None, tuple[str, ...], Place], list[tuple[str, str, Arguments]]]


def _null_values(
    quality: DataQuality, column: str | None, _: tuple[str, ...], place: Place
) -> list[tuple[str, str, Arguments]]:
    _check_arguments(quality, (), place)
    return [(f"{column}.required", "expect_column_values_to_not_be_null", {"column": _needed(column, place)})]


def _missing_values(
    quality: DataQuality, column: str | None, missing_values: tuple[str, ...], place: Place
) -> list[tuple[str, str, Arguments]]:
    """Values that mean "missing" are read as null, so that they count here like those."""
    _check_arguments(quality, ("missingValues",), place)
    for value in (quality.arguments or {}).get("missingValues") or []:
        if value not in (None, "", *missing_values):
            told = (
                f"{value!r} is not read as missing; list it in the contract's custom property missingValues."
            )
            raise Problem((*place, "arguments", "missingValues"), told)
    return [(f"{column}.required", "expect_column_values_to_not_be_null", {"column": _needed(column, place)})]


def _invalid_values(
    quality: DataQuality, column: str | None, _: tuple[str, ...], place: Place
) -> list[tuple[str, str, Arguments]]:
    _check_arguments(quality, ("validValues", "pattern"), place)
    given = quality.arguments or {}
    subject = {"column": _needed(column, place)}
    rules: list[tuple[str, str, Arguments]] = []
    if "validValues" in given:
        values = {**subject, "value_set": given["validValues"]}
        rules.append((f"{column}.values", "expect_column_values_to_be_in_set", values))
    if "pattern" in given:
        pattern = {**subject, "regex": given["pattern"]}
        rules.append((f"{column}.pattern", "expect_column_values_to_match_regex", pattern))
    if not rules:
        raise Problem(place, "invalidValues needs the arguments validValues, pattern or both.")
    return rules


def _duplicate_values(
    quality: DataQuality, column: str | None, _: tuple[str, ...], place: Place
) -> list[tuple[str, str, Arguments]]:
    _check_arguments(quality, () if column else ("properties",), place)
    if column is not None:
        return [(f"{column}.unique", "expect_column_values_to_be_unique", {"column": column})]
    columns = (quality.arguments or {}).get("properties")
    if not isinstance(columns, list) or len(columns) < 2:
        raise Problem(place, "duplicateValues of a table needs the argument properties: two columns or more.")
    together = f"{' + '.join(map(str, columns))}.unique"
    return [(together, "expect_compound_columns_to_be_unique", {"column_list": columns})]


_METRICS: dict[str, Metric] = {
    "nullValues": _null_values,
    "missingValues": _missing_values,
    "invalidValues": _invalid_values,
    "duplicateValues": _duplicate_values,
}


def _needed(column: str | None, place: Place) -> str:
    if column is None:
        raise Problem(place, "this metric is about a column: state it in a property's quality.")
    return column


def _check_arguments(quality: DataQuality, known: tuple[str, ...], place: Place) -> None:
    for key in quality.arguments or {}:
        if key not in known:
            raise Problem((*place, "arguments", key), unknown("argument", key, known or ("none",)))
