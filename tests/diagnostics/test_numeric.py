"""Features and labels of every type as numbers."""

from datetime import date
from math import inf, nan

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from irm_core.diagnostics.numeric import channel_means, labels, numeric, standardised


def test_numbers_booleans_and_dates_keep_their_order_and_what_is_no_number_is_missing():
    frame = pl.DataFrame(
        {
            "n": [1, 2, None],
            "f": [inf, nan, 0.5],
            "b": [True, False, None],
            "d": [date(1970, 1, 2), None, None],
        }
    )
    expected = pl.DataFrame(
        {"n": [1.0, 2.0, None], "f": [None, None, 0.5], "b": [1.0, 0.0, None], "d": [1.0, None, None]}
    )
    assert_frame_equal(numeric(frame, frame.columns), expected)


def test_each_common_level_of_a_text_is_a_number_of_its_own():
    frame = pl.DataFrame({"colour": ["red"] * 50 + ["green"] * 48 + ["rare", None]})
    levels = numeric(frame, ["colour"])
    assert levels.columns == ["colour = green", "colour = red"]
    assert levels.row(0) == (0.0, 1.0)
    assert levels.row(99) == (None, None)


def test_standardised_columns_have_mean_0_and_deviation_1_and_constants_are_left_out():
    frame = standardised(
        pl.DataFrame({"x": [1.0, 2.0, 3.0, None], "constant": [1.0] * 4, "empty": [None] * 4})
    )
    assert_frame_equal(frame, pl.DataFrame({"x": [-1.0, 0.0, 1.0, None]}))


def test_the_mean_of_each_channel():
    pixels = np.zeros((2, 3, 2, 2), np.uint8)
    pixels[0, 0] = [[0, 2], [4, 6]]
    pixels[1, 2] = 255
    expected = pl.DataFrame({"mean red": [3.0, 0.0], "mean green": [0.0, 0.0], "mean blue": [0.0, 255.0]})
    assert_frame_equal(channel_means(pixels), expected)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (["no", "yes", "yes"], [0.0, 1.0, 1.0]),
        ([True, False, False], [1.0, 0.0, 0.0]),
    ],
)
def test_of_two_classes_the_second_is_1(label, expected):
    assert labels(pl.Series("y", label), classification=True).to_list() == expected


def test_more_classes_stay_classes_in_their_order():
    found = labels(pl.Series("y", [10, 9, 10, None, 1]), classification=True)
    assert found.dtype == pl.Enum(["1", "9", "10"])
    assert found.to_list() == ["10", "9", "10", None, "1"]


def test_a_regression_label_is_itself():
    assert labels(pl.Series("y", [1, 2]), classification=False).to_list() == [1.0, 2.0]
