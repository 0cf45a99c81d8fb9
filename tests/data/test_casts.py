"""Reading raw values as declared types: exactly, or not at all."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irm_core.contracts.notation import Notation
from irm_core.data.casts import cast


def read(values: pl.Series, logical_type: str, **notation: str) -> list:
    typed = cast(pl.col("raw"), values.dtype, Notation(logical_type, **notation))
    return values.to_frame("raw").select(typed).to_series().to_list()


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


@pytest.mark.parametrize(
    ("logical_type", "text", "value"),
    [
        ("number", " 1,5 ", 1.5),
        ("number", "-1,5e3", -1500.0),
        ("number", "63", 63.0),
        ("number", "1.5", None),
        ("number", "1.234,5", None),
        ("number", "1,234,5", None),
        ("integer", "63,0", 63),
        ("integer", "63,5", None),
        ("integer", "1.000", None),
        ("string", "1,5", "1,5"),
        ("boolean", "1", True),
    ],
)
def test_with_a_decimal_comma_a_point_is_never_guessed_at(logical_type, text, value):
    assert read(pl.Series([text, None]), logical_type, decimal=",") == [value, None]


def test_a_decimal_comma_is_a_matter_of_text_alone():
    assert read(pl.Series([1.5, 2.0]), "number", decimal=",") == [1.5, 2.0]
    assert read(pl.Series([1.5, 2.0]), "integer", decimal=",") == [None, 2]


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        ("dd/MM/yyyy", " 03/07/2020 ", date(2020, 7, 3)),
        ("MM/dd/yyyy", "03/07/2020", date(2020, 3, 7)),
        ("d.M.yyyy", "3.7.2020", date(2020, 7, 3)),
        ("d.M.yyyy", "31.12.2020", date(2020, 12, 31)),
        ("dd/MM/yyyy", "3/7/2020", None),
        ("dd/MM/yyyy", "03/07/20", None),
        ("dd/MM/yyyy", "30/02/2020", None),
        ("dd/MM/yyyy", "2020-07-03", None),
        ("dd/MM/yyyy", "03/07/2020 10:00", None),
        ("yyyyMMdd", "20200703", date(2020, 7, 3)),
    ],
)
def test_dates_are_read_in_their_format_and_no_other(pattern, text, value):
    assert read(pl.Series([text, None]), "date", format=pattern) == [value, None]


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        ("dd/MM/yyyy HH:mm", "03/07/2020 14:05", datetime(2020, 7, 3, 14, 5)),
        ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2020-07-03T14:05:06.250", datetime(2020, 7, 3, 14, 5, 6, 250_000)),
        ("d.M.yyyy H:mm", "3.7.2020 9:05", datetime(2020, 7, 3, 9, 5)),
        ("dd/MM/yyyy", "03/07/2020", datetime(2020, 7, 3)),
        ("dd/MM/yyyy HH:mm", "03/07/2020 25:00", None),
        ("dd/MM/yyyy HH:mm", "03/07/2020", None),
    ],
)
def test_times_are_read_in_their_format_and_no_other(pattern, text, value):
    assert read(pl.Series([text, None]), "timestamp", format=pattern) == [value, None]


def test_a_format_is_a_matter_of_text_alone():
    assert read(pl.Series([date(2020, 7, 3)]), "date", format="dd/MM/yyyy") == [date(2020, 7, 3)]


@given(
    st.lists(st.dates(min_value=date(1000, 1, 1)), min_size=1), st.sampled_from(["dd/MM/yyyy", "M.d.yyyy"])
)
def test_dates_written_in_a_format_come_back_the_same(dates, pattern):
    def written(one):
        return f"{one:%d/%m/%Y}" if pattern == "dd/MM/yyyy" else f"{one.month}.{one.day}.{one.year}"

    assert read(pl.Series([written(one) for one in dates]), "date", format=pattern) == dates


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_written_with_a_comma_come_back_the_same(numbers):
    text = [repr(number).replace(".", ",") for number in numbers]
    assert read(pl.Series(text), "number", decimal=",") == numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_written_as_text_come_back_the_same(numbers):
    assert read(pl.Series([repr(number) for number in numbers]), "number") == numbers
