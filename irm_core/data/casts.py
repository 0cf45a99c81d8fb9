"""How a raw value is read as the declared type: null where it cannot be, never something near it."""

from collections.abc import Callable

import polars as pl

from irm_core.contracts.date_patterns import date_pattern
from irm_core.contracts.notation import LogicalType, Notation

DATE = "%Y-%m-%d"
TIMESTAMPS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
ZONES = ("%#z", " %#z")
BOOLEANS = {
    "true": True, "t": True, "yes": True, "y": True, "1": True,
    "false": False, "f": False, "no": False, "n": False, "0": False,
}  # fmt: skip
Cast = Callable[[pl.Expr], pl.Expr]


def cast(value: pl.Expr, dtype: pl.DataType, notation: Notation) -> pl.Expr:
    """`value`, a column of `dtype`, as the declared type; null where that cannot hold it exactly.

    Numbers are finite: infinity is not one. Timestamps with a zone are turned to UTC. Text is read as the
    notation says and in no other way: with a decimal comma, `1.5` is no number.
    """
    logical_type = notation.logical_type
    if dtype.is_numeric() and logical_type in _NUMBERS:
        return _NUMBERS[logical_type](value)
    if isinstance(dtype, pl.Date | pl.Datetime) and logical_type in _TIMES:
        return _TIMES[logical_type](value)
    text = value.cast(pl.String)
    if notation.format is not None:
        return _dated(text.str.strip_chars(), notation.format, logical_type)
    if dtype == pl.String and notation.decimal == "," and logical_type in ("integer", "number"):
        text = with_point(text)
    return _TEXTS[logical_type](text)


def with_point(text: pl.Expr) -> pl.Expr:
    """The decimal comma as a point. Where there is a point already, it cannot be told what it means."""
    return pl.when(~text.str.contains(".", literal=True)).then(text.str.replace(",", ".", literal=True))


def _dated(text: pl.Expr, pattern: str, logical_type: LogicalType) -> pl.Expr:
    """Dates and times in the format `pattern`. Polars alone would take the year of 1/2/24 for the year 24."""
    known = date_pattern(pattern, logical_type)
    shaped = pl.when(text.str.contains(known.shape)).then(text)
    if logical_type == "date":
        return shaped.str.to_date(known.form, strict=False)
    return shaped.str.to_datetime(known.form, time_unit="us", strict=False)


def _finite(value: pl.Expr) -> pl.Expr:
    number = value.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _whole(value: pl.Expr) -> pl.Expr:
    # Only fractions are rounded by the cast, so what comes back unchanged was whole.
    integer = value.cast(pl.Int64, strict=False)
    return pl.when(integer == value).then(integer)


def _whole_text(text: pl.Expr) -> pl.Expr:
    # "63.0" is how some programs write 63.
    return pl.coalesce(text.cast(pl.Int64, strict=False), _whole(text.cast(pl.Float64, strict=False)))


def _boolean_text(text: pl.Expr) -> pl.Expr:
    lower = text.str.to_lowercase()
    return lower.replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)


def _boolean_number(value: pl.Expr) -> pl.Expr:
    return pl.when((value == 0) | (value == 1)).then(value == 1)


def _midnight(value: pl.Expr) -> pl.Expr:
    date = value.cast(pl.Date)
    return pl.when(date.cast(pl.Datetime("us")) == value.cast(pl.Datetime("us"))).then(date)


def _naive(value: pl.Expr) -> pl.Expr:
    return value.dt.replace_time_zone(None).cast(pl.Datetime("us"))


def _timestamp_text(text: pl.Expr) -> pl.Expr:
    formats = [*TIMESTAMPS, DATE]
    naive = [text.str.to_datetime(form, time_unit="us", strict=False) for form in formats]
    zoned = [
        _naive(text.str.to_datetime(form + zone, time_unit="us", time_zone="UTC", strict=False))
        for form in TIMESTAMPS
        for zone in ZONES
    ]
    return pl.coalesce(naive + zoned)


def _stripped(read: Cast) -> Cast:
    return lambda text: read(text.str.strip_chars())


_NUMBERS: dict[LogicalType, Cast] = {"number": _finite, "integer": _whole, "boolean": _boolean_number}
_TIMES: dict[LogicalType, Cast] = {
    "date": _midnight,
    "timestamp": lambda value: value.cast(pl.Datetime("us")),
}
_TEXTS: dict[LogicalType, Cast] = {
    "string": lambda text: text,
    "number": _stripped(_finite),
    "integer": _stripped(_whole_text),
    "boolean": _stripped(_boolean_text),
    "date": _stripped(lambda text: text.str.to_date(DATE, strict=False)),
    "timestamp": _stripped(_timestamp_text),
}
