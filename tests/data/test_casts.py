"""Reading raw values as declared types: exactly, or not at all."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irm_core.data.casts import cast


def read(values: pl.Series, logical_type: str) -> list:
    return (
        values.to_frame("raw").select(cast(pl.col("raw"), values.dtype, logical_type)).to_series().to_list()
    )


@pytest.mark.parametrize(
    ("logical_type", "text", "value"),
    [
        ("string", " a ", " a "),
        ("integer", "63", 63),
        ("integer", " 63.0 ", 63),
        ("integer", "63.5", None),
        ("integer", "9007199254740993", 9007199254740993),
        ("integer", "9" * 30, None),
        ("integer", "x", None),
        ("number", " 1e3 ", 1000.0),
        ("number", "1,5", None),
        ("number", "inf", None),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("boolean", "2", None),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("date", "2023-02-29", None),
        ("date", "29.02.2024", None),
        ("timestamp", "2024-02-29", datetime(2024, 2, 29)),
        ("timestamp", "2024-02-29 12:30", datetime(2024, 2, 29, 12, 30)),
        ("timestamp", "2024-02-29T12:30:01.5", datetime(2024, 2, 29, 12, 30, 1, 500_000)),
        ("timestamp", "2024-02-29T12:30:00+02:00", datetime(2024, 2, 29, 10, 30)),
        ("timestamp", "2024-02-29T12:30:00Z", datetime(2024, 2, 29, 12, 30)),
        ("timestamp", "noon", None),
    ],
)
def test_text(logical_type, text, value):
    assert read(pl.Series([text, None]), logical_type) == [value, None]


@pytest.mark.parametrize(
    ("logical_type", "given_value", "value"),
    [
        ("integer", 5.0, 5),
        ("integer", 5.5, None),
        ("number", 5, 5.0),
        ("number", float("inf"), None),
        ("boolean", 1, True),
        ("boolean", 2, None),
        ("string", 5, "5"),
        ("date", datetime(2024, 1, 1), date(2024, 1, 1)),
        ("date", datetime(2024, 1, 1, 12), None),
        ("date", 20240101, None),
        ("timestamp", date(2024, 1, 1), datetime(2024, 1, 1)),
        ("timestamp", datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1)),
    ],
)
def test_typed_values(logical_type, given_value, value):
    assert read(pl.Series([given_value, None]), logical_type) == [value, None]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_written_as_text_come_back_the_same(numbers):
    assert read(pl.Series([repr(number) for number in numbers]), "number") == numbers
