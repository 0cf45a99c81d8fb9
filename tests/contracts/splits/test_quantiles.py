"""Environments of about as many rows each."""

from collections import Counter
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from irm_core.contracts.splits import QuantilesSplit
from irm_core.contracts.splits.quantiles import roundest
from irm_core.errors import DataError


def test_parts_are_even_and_called_after_round_bounds(environments):
    split = QuantilesSplit(column="age", quantiles=4)
    found = environments(split, age=[47, 12, 38, None, 81, 59, 20, 66, 74])
    assert Counter(found) == {"below 30": 2, "30 to 50": 2, "50 to 70": 2, "70 or more": 2, None: 1}


@pytest.mark.parametrize("values", [[1, 1, 1, 2], [5, 5], [None, None], [], [1, 2, 2, 2, 2, 2, 3]])
def test_too_many_equal_or_missing_values_are_refused_by_name(environments, values):
    with pytest.raises(DataError, match=r"4 parts by 'age'.*fewer `quantiles`"):
        environments(QuantilesSplit(column="age", quantiles=4), age=pl.Series(values, dtype=pl.Int64))


@settings(deadline=None, max_examples=60)
@given(
    values=st.lists(st.floats(-1e9, 1e9), min_size=10, unique=True) | st.lists(st.integers(), min_size=10),
    count=st.integers(2, 5),
)
def test_distinct_values_make_all_parts_in_order_as_even_as_can_be(values, count):
    values = [value for value in dict.fromkeys(values) if abs(value) < 2**53]
    assume(len(values) >= count)
    frame = pl.LazyFrame({"x": sorted(values)})
    split = QuantilesSplit(column="x", quantiles=count)
    found = frame.select(split.environment(frame)).collect().to_series()
    sizes = found.rle().struct.field("len").to_list()
    assert len(sizes) == found.n_unique() == count
    assert max(sizes) - min(sizes) <= 1


def digits(number: float) -> int:
    return len(Decimal(repr(number)).normalize().as_tuple().digits)


@settings(deadline=None)
@given(low=st.floats(-1e9, 1e9), high=st.floats(-1e9, 1e9))
def test_the_roundest_bound_is_between_and_never_longer(low, high):
    assume(low < high)
    assert low < roundest(low, high) <= high
    assert digits(roundest(low, high)) <= digits(high)


def test_words_have_no_quantiles(faults):
    ((place, told),) = faults(QuantilesSplit(column="age", quantiles=4), age=pl.String)
    assert place == ("column",)
    assert "only numbers have quantiles" in told
