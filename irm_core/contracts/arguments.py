"""The arguments of an expectation, checked and turned into values of the columns that they are about."""

from collections.abc import Mapping
from typing import Any, get_args

from irm_core.contracts.aggregates import Aggregate
from irm_core.contracts.conditions import IGNORED_ROWS, Condition, named_columns
from irm_core.contracts.names import unreadable
from irm_core.contracts.notation import LogicalType
from irm_core.contracts.problems import unknown
from irm_core.contracts.values import typed

_TYPES = {
    "regex": "string",
    "value": "integer",
    "min_value": "number",
    "max_value": "number",
    "strict_min": "boolean",
    "strict_max": "boolean",
    "mostly": "number",
    "or_equal": "boolean",
    "sum_total": "number",
}
_NUMBERS = ("integer", "number")
_ORDERED = (*_NUMBERS, "date", "timestamp")
_ALL = get_args(LogicalType)
_INSTEAD = "State its valid values, a pattern, or the lengths that it may have."


def checked(
    kind: Condition | Aggregate, arguments: Mapping[str, Any], logical_types: Mapping[str, str]
) -> dict[str, Any]:
    """The arguments, less those that say nothing. Raises ValueError with a sentence for what cannot be meant.

    logical_types: the type of every column that a rule may be about.
    """
    given = {key: value for key, value in arguments.items() if value is not None}
    _check_keys(kind, given)
    _check_columns(kind, given, logical_types)
    of_column = logical_types.get(given.get("column", ""), "string")
    wanted = {**_TYPES, **dict.fromkeys(kind.typed, of_column)}
    converted = {key: _converted(key, value, wanted.get(key)) for key, value in given.items()}
    _check_values(converted)
    _check_ignored_rows(kind, converted)
    return {key: value for key, value in converted.items() if (key, value) != ("mostly", 1)}


def _check_keys(kind: Condition | Aggregate, given: Mapping[str, Any]) -> None:
    optional = (*kind.optional, "mostly") if isinstance(kind, Condition) else kind.optional
    known = (*kind.domain, *kind.required, *optional)
    for key in given:
        if key not in known:
            raise ValueError(unknown("argument", key, known))
    missing = [key for key in (*kind.domain, *kind.required) if key not in given]
    if missing:
        raise ValueError(f"this rule lacks the argument {', '.join(map(repr, missing))}.")
    if "min_value" in kind.optional and not {"min_value", "max_value"} & set(given):
        raise ValueError("this rule lacks a bound: min_value, max_value or both.")


def _check_columns(
    kind: Condition | Aggregate, given: Mapping[str, Any], logical_types: Mapping[str, str]
) -> None:
    for key in kind.domain:
        if not isinstance(given[key], list if key.endswith("_list") else str):
            raise ValueError(f"{key!r} names no column: {given[key]!r}.")
    for name in named_columns(kind.domain, given):
        if not isinstance(name, str) or name not in logical_types:
            own = [one for one in logical_types if not one.endswith(unreadable(""))]
            raise ValueError(unknown("column", name, own))
        if logical_types[name] not in _types_that_have(kind):
            told = f"{name!r} is of type {logical_types[name]}, which has no {kind.word}."
            raise ValueError(f"{told} {_INSTEAD}" if "min_value" in kind.typed else told)


def _types_that_have(kind: Condition | Aggregate) -> tuple[str, ...]:
    if isinstance(kind, Aggregate) and kind.numeric:
        return _NUMBERS
    return _ORDERED if "min_value" in kind.typed else _ALL


def _converted(key: str, value: Any, wanted: str | None) -> Any:
    if key == "value_set":
        if not isinstance(value, list) or not value:
            raise ValueError("the valid values are a list of at least one.")
        return [typed(one, wanted or "string") for one in value]
    return value if wanted is None else typed(value, wanted)


def _check_ignored_rows(kind: Condition | Aggregate, given: Mapping[str, Any]) -> None:
    known = IGNORED_ROWS.get(kind.domain[0], ()) if kind.domain else ()
    if "ignore_row_if" in given and given["ignore_row_if"] not in known:
        raise ValueError(unknown("value of ignore_row_if", given["ignore_row_if"], known))


def _check_values(given: Mapping[str, Any]) -> None:
    low, high = given.get("min_value"), given.get("max_value")
    if low is not None and high is not None and low > high:
        raise ValueError(f"nothing is between {low} and {high}: the minimum is above the maximum.")
    if not 0 < given.get("mostly", 1) <= 1:
        raise ValueError("`mostly` is the share of valid rows: above 0, at most 1.")
