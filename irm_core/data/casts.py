"""How a raw value is read as the declared type: null where it cannot be, never something near it."""

from collections.abc import Callable

import polars as pl

from irm_core.contracts.contract import LogicalType

DATE = "%Y-%m-%d"
TIMESTAMPS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
ZONES = ("%#z", " %#z")
BOOLEANS = {
    "true": True, "t": True, "yes": True, "y": True, "1": True,
    "false": False, "f": False, "no": False, "n": False, "0": False,
}  # fmt: skip
Cast = Callable[[pl.Expr], pl.Expr]


def cast(value: pl.Expr, dtype: pl.DataType, logical_type: LogicalType) -> pl.Expr:
    """`value`, a column of `dtype`, as the declared type; null where that cannot hold it exactly.

    Numbers are finite: infinity is not one. Timestamps with a zone are turned to UTC.
    """
    if dtype.is_numeric() and logical_type in _NUMBERS:
        return _NUMBERS[logical_type](value)
    if isinstance(dtype, pl.Date | pl.Datetime) and logical_type in _TIMES:
        return _TIMES[logical_type](value)
    return _TEXTS[logical_type](value.cast(pl.String))


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
    return pl.when(value.is_in([0, 1])).then(value == 1)


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
