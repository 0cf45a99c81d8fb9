"""Environments of time."""

from datetime import date, datetime

import polars as pl
import pytest

from irm_core.contracts.splits import WindowSplit

DAYS = [date(2020, 1, 1), date(2021, 1, 1), date(2021, 7, 31), None]


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("1y", ["2020", "2021", "2021", None]),
        ("1q", ["2020-Q1", "2021-Q1", "2021-Q3", None]),
        ("1mo", ["2020-01", "2021-01", "2021-07", None]),
        ("1w", ["2020-W01", "2020-W53", "2021-W30", None]),
    ],
)
@pytest.mark.parametrize("dtype", [pl.Date, pl.Datetime])
def test_windows_of_the_calendar(environments, every, expected, dtype):
    split = WindowSplit(column="admitted", every=every)
    assert environments(split, admitted=pl.Series(DAYS).cast(dtype)) == expected


def test_the_last_moment_of_a_year_is_in_it(environments):
    split = WindowSplit(column="admitted", every="1y")
    assert environments(split, admitted=[datetime(2020, 12, 31, 23, 59, 59, 999_999)]) == ["2020"]


def test_numbers_have_no_windows(faults):
    ((place, told),) = faults(WindowSplit(column="admitted", every="1y"), admitted=pl.Int64)
    assert place == ("column",)
    assert "only dates have windows" in told
