"""Row conditions."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irm_core.contracts.conditions import CONDITIONS

FRAME = pl.DataFrame({"x": [1, 2, None, 2], "y": [1, 3, None, 1], "s": ["a", "bbb", None, "bbb"]})
PAIR = {"column_A": "x", "column_B": "y"}


@pytest.mark.parametrize(
    ("expectation", "arguments", "valid"),
    [
        ("expect_column_values_to_not_be_null", {"column": "x"}, [True, True, False, True]),
        ("expect_column_values_to_be_null", {"column": "x"}, [False, False, True, False]),
        ("expect_column_values_to_be_unique", {"column": "x"}, [True, False, True, False]),
        ("expect_compound_columns_to_be_unique", {"column_list": ["x", "s"]}, [True, False, True, False]),
        ("expect_column_values_to_be_in_set", {"column": "x", "value_set": [1]}, [True, False, True, False]),
        (
            "expect_column_values_to_not_be_in_set",
            {"column": "x", "value_set": [1]},
            [False, True, True, True],
        ),
        ("expect_column_values_to_be_between", {"column": "x", "min_value": 2}, [False, True, True, True]),
        (
            "expect_column_values_to_be_between",
            {"column": "x", "min_value": 1, "strict_min": True, "max_value": 2, "strict_max": True},
            [False, False, True, False],
        ),
        ("expect_column_values_to_match_regex", {"column": "s", "regex": "^b+$"}, [False, True, True, True]),
        ("expect_column_values_to_not_match_regex", {"column": "s", "regex": "a"}, [False, True, True, True]),
        (
            "expect_column_value_lengths_to_be_between",
            {"column": "s", "max_value": 2},
            [True, False, True, False],
        ),
        ("expect_column_value_lengths_to_equal", {"column": "s", "value": 3}, [False, True, True, True]),
        ("expect_column_pair_values_to_be_equal", PAIR, [True, False, True, False]),
        ("expect_column_pair_values_a_to_be_greater_than_b", PAIR, [False, False, True, True]),
        (
            "expect_column_pair_values_a_to_be_greater_than_b",
            PAIR | {"or_equal": True},
            [True, False, True, True],
        ),
        (
            "expect_select_column_values_to_be_unique_within_record",
            {"column_list": ["x", "y"]},
            [False, True, True, True],
        ),
        (
            "expect_multicolumn_sum_to_equal",
            {"column_list": ["x", "y"], "sum_total": 3},
            [False, False, True, True],
        ),
    ],
)
def test_valid_rows(expectation, arguments, valid):
    found = FRAME.select(CONDITIONS[expectation].valid(arguments)).to_series()
    assert found.to_list() == valid


def test_every_condition_has_a_valid_rows_test():
    cases = test_valid_rows.pytestmark[0].args[1]
    assert {case[0] for case in cases} == set(CONDITIONS)


def test_rows_of_which_only_some_columns_are_missing_are_compared():
    frame = pl.DataFrame(
        {"a": [1, 1, None, None], "b": [None, None, None, None]}, schema_overrides={"b": pl.Int64}
    )
    unique = CONDITIONS["expect_compound_columns_to_be_unique"].valid({"column_list": ["a", "b"]})
    assert frame.select(unique).to_series().to_list() == [False, False, True, True]


@pytest.mark.parametrize(
    ("which", "valid"),
    [
        (None, [False, True, True]),
        ("both_values_are_missing", [False, True, True]),
        ("either_value_is_missing", [True, True, True]),
        ("neither", [False, False, True]),
    ],
)
def test_a_row_that_lacks_one_of_two_values_is_ignored_where_it_is_said(which, valid):
    frame = pl.DataFrame({"x": [1, None, 2], "y": [None, None, 1]}, schema={"x": pl.Int64, "y": pl.Int64})
    said = {} if which is None else {"ignore_row_if": which}
    condition = CONDITIONS["expect_column_pair_values_a_to_be_greater_than_b"]
    assert frame.select(condition.valid(PAIR | said)).to_series().to_list() == valid


@given(st.lists(st.none() | st.integers(-3, 3)), st.integers(-3, 3), st.integers(-3, 3), st.booleans())
def test_between_is_what_python_says(values, low, high, strict):
    frame = pl.DataFrame({"x": values}, schema={"x": pl.Int64})
    arguments = {"column": "x", "min_value": low, "max_value": high, "strict_min": strict}
    found = frame.select(CONDITIONS["expect_column_values_to_be_between"].valid(arguments)).to_series()
    assert found.to_list() == [x is None or ((low < x if strict else low <= x) and x <= high) for x in values]


def test_sets_hold_values_of_the_columns_own_type_only():
    """Polars compares nothing else; contracts convert the values when they are read."""
    condition = CONDITIONS["expect_column_values_to_be_in_set"]
    with pytest.raises(pl.exceptions.InvalidOperationError):
        FRAME.select(condition.valid({"column": "x", "value_set": [1.0]}))
