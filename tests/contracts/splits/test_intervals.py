"""Intervals of a number."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irm_core.contracts.splits.intervals import interval, names

NUMBERS = st.floats(-1e12, 1e12)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([40], ("below 40", "40 or more")),
        ([-1.5, 0, 1e20], ("below -1.5", "-1.5 to 0", "0 to 1e+20", "1e+20 or more")),
    ],
)
def test_names(bounds, expected):
    assert names(bounds) == expected


@settings(deadline=None, max_examples=60)
@given(values=st.lists(NUMBERS | st.none()), bounds=st.lists(NUMBERS, min_size=1, max_size=5, unique=True))
def test_each_value_is_in_the_one_interval_that_its_bounds_say(values, bounds):
    bounds = sorted(bounds)
    edges = [float("-inf"), *bounds, float("inf")]
    column = pl.Series("x", values, pl.Float64)
    found = column.to_frame().select(interval(pl.col("x"), bounds)).to_series()
    for value, name in zip(values, found, strict=True):
        if value is None:
            assert name is None
        else:
            place = names(bounds).index(name)
            assert edges[place] <= value < edges[place + 1]
