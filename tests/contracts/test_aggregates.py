"""Numbers about a table."""

import polars as pl
import pytest

from irm_core.contracts.aggregates import AGGREGATES, BROKEN_ROWS

FRAME = pl.DataFrame({"x": [1.0, 3.0, 3.0, None], "s": ["a", "b", "b", None]})
UNIQUE = {"expectation": "expect_column_values_to_be_unique", "arguments": {"column": "x"}}


@pytest.mark.parametrize(
    ("expectation", "arguments", "number"),
    [
        ("expect_table_row_count_to_be_between", {}, 4),
        ("expect_table_row_count_to_equal", {}, 4),
        ("expect_column_min_to_be_between", {"column": "x"}, 1.0),
        ("expect_column_max_to_be_between", {"column": "s"}, "b"),
        ("expect_column_mean_to_be_between", {"column": "x"}, 7 / 3),
        ("expect_column_median_to_be_between", {"column": "x"}, 3.0),
        ("expect_column_sum_to_be_between", {"column": "x"}, 7.0),
        ("expect_column_stdev_to_be_between", {"column": "x"}, (4 / 3) ** 0.5),
        ("expect_column_unique_value_count_to_be_between", {"column": "s"}, 2),
        ("expect_column_proportion_of_unique_values_to_be_between", {"column": "s"}, 2 / 3),
        ("expect_column_proportion_of_non_null_values_to_be_between", {"column": "s"}, 3 / 4),
        (BROKEN_ROWS, UNIQUE | {"unit": "rows"}, 2),
        (BROKEN_ROWS, UNIQUE | {"unit": "percent"}, 50.0),
    ],
)
def test_number(expectation, arguments, number):
    found = FRAME.select(AGGREGATES[expectation].measured(arguments)).item()
    assert found == (number if isinstance(number, str) else pytest.approx(number))


def test_every_aggregate_has_a_number_test():
    assert {case[0] for case in test_number.pytestmark[0].args[1]} == set(AGGREGATES)


@pytest.mark.parametrize(
    ("expectation", "arguments"),
    [
        ("expect_column_proportion_of_unique_values_to_be_between", {"column": "x"}),
        ("expect_column_proportion_of_non_null_values_to_be_between", {"column": "x"}),
        (BROKEN_ROWS, UNIQUE | {"unit": "percent"}),
    ],
)
def test_shares_of_nothing_are_0(expectation, arguments):
    assert FRAME.clear().select(AGGREGATES[expectation].measured(arguments)).item() == 0.0
