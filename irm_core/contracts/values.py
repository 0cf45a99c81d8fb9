"""Values in a contract, as values of the column that they speak about. Polars compares nothing else."""

from collections.abc import Callable
from datetime import date, datetime
from math import isfinite
from typing import Any

EXACT = 2**53
"""Up to here float64 holds every integer, and Great Expectations turns bounds into float64."""


def typed(value: Any, logical_type: str) -> Any:
    """`value` as a value of a column of that logical type. Raises ValueError with a sentence."""
    try:
        return _READERS[logical_type](value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a value of type {logical_type}{_advice(logical_type)}.") from None


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError
    return float(value)


def _integer(value: Any) -> int:
    if not _number(value).is_integer() or abs(value) > EXACT:
        raise TypeError
    return int(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _timestamp(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        raise TypeError
    return moment


_READERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": date.fromisoformat,
    "timestamp": _timestamp,
}


def _advice(logical_type: str) -> str:
    advice = {
        "string": "; put it in quotes",
        "integer": f" (whole, and at most {EXACT})",
        "date": "; write it as 2024-12-31",
        "timestamp": "; write it as 2024-12-31T23:59:59, without a time zone",
    }
    return advice.get(logical_type, "")
