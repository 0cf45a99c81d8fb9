"""Quality rules of type library: the metrics that the data contract standard names."""

from collections.abc import Callable
from dataclasses import replace

from irm_core.contracts.aggregates import BROKEN_ROWS
from irm_core.contracts.drafts import Draft, drafted
from irm_core.contracts.operators import bounds, none_at_all, whole_bounds
from irm_core.contracts.policy import means_missing
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.quality_entry import QualityEntry

_UNITS = ("rows", "percent")


def library_rules(entry: QualityEntry) -> list[Draft]:
    """The rules that the entry's metric and operator make. Raises Problem where they could not be run."""
    metric, unit = entry.quality.metric, entry.quality.unit
    if metric not in _METRICS:
        raise Problem((*entry.place, "metric"), unknown("metric", metric, list(_METRICS)))
    if unit not in (None, *_UNITS):
        raise Problem((*entry.place, "unit"), unknown("unit", unit, _UNITS))
    return _METRICS[metric](entry)


def _row_count(entry: QualityEntry) -> list[Draft]:
    entry.arguments()
    if entry.column is not None or entry.quality.unit == "percent":
        raise Problem(entry.place, "rowCount is the schema's, not a column's, and has no percent.")
    limits = whole_bounds(entry.quality, entry.place)
    return [drafted("expect_table_row_count_to_be_between", limits, entry.place)]


def _null_values(entry: QualityEntry) -> list[Draft]:
    entry.arguments()
    return [_limited("expect_column_values_to_not_be_null", {}, entry)]


def _missing_values(entry: QualityEntry) -> list[Draft]:
    """Values that mean "missing" are read as null, so that they count like those."""
    listed = entry.arguments("missingValues").get("missingValues") or []
    if not isinstance(listed, list):
        raise Problem((*entry.place, "arguments", "missingValues"), "missingValues is a list of values.")
    for value in listed:
        if not means_missing(value, entry.missing_values):
            told = f"{value!r} is not read as missing; list it in the custom property missingValues."
            raise Problem((*entry.place, "arguments", "missingValues"), told)
    return [_limited("expect_column_values_to_not_be_null", {}, entry)]


def _invalid_values(entry: QualityEntry) -> list[Draft]:
    given = entry.arguments("validValues", "pattern")
    rules: list[Draft] = []
    if "validValues" in given:
        values = {"value_set": given["validValues"]}
        rules.append(_limited("expect_column_values_to_be_in_set", values, entry))
    if "pattern" in given:
        pattern = {"regex": given["pattern"]}
        rules.append(_limited("expect_column_values_to_match_regex", pattern, entry))
    if not rules:
        raise Problem(entry.place, "invalidValues needs the arguments validValues, pattern or both.")
    return rules


def _duplicate_values(entry: QualityEntry) -> list[Draft]:
    if entry.column is not None:
        entry.arguments()
        return [_limited("expect_column_values_to_be_unique", {}, entry)]
    columns = entry.arguments("properties").get("properties")
    if not isinstance(columns, list) or len(columns) < 2:
        told = "duplicateValues of a table needs the argument properties: two columns or more."
        raise Problem(entry.place, told)
    return [_limited("expect_compound_columns_to_be_unique", {"column_list": columns}, entry)]


_METRICS: dict[str, Callable[[QualityEntry], list[Draft]]] = {
    "rowCount": _row_count,
    "nullValues": _null_values,
    "missingValues": _missing_values,
    "invalidValues": _invalid_values,
    "duplicateValues": _duplicate_values,
}


def _limited(expectation: str, arguments: dict[str, object], entry: QualityEntry) -> Draft:
    """The row rule itself where no row may break it, else a rule on how many may."""
    if "column_list" not in arguments:
        arguments = {"column": _column(entry), **arguments}
    row, unit = drafted(expectation, arguments, entry.place), entry.quality.unit or "rows"
    limits = bounds(entry.quality, entry.place)
    if none_at_all(limits, unit):
        return row
    broken = {"expectation": row.expectation, "arguments": row.arguments, "unit": unit}
    return replace(row, expectation=BROKEN_ROWS, arguments={**broken, **limits})


def _column(entry: QualityEntry) -> str:
    if entry.column is None:
        raise Problem(entry.place, "this metric is about a column: state it in a property's quality.")
    return entry.column
