"""Ranges, wider than what was seen."""

from hypothesis import given
from hypothesis import strategies as st

from flows.init.ranges import widened


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15))
def test_ranges_hold_what_was_seen_and_do_not_cross_zero(one, other) -> None:
    low, high = sorted((one, other))
    found = widened(low, high)
    assert (found is None) == (low == high)
    if found is not None:
        assert found[0] <= low
        assert high <= found[1]
        assert not (low >= 0 > found[0] or high <= 0 < found[1])
