"""Rows with weights and environments, and what cannot be such."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from irm_core.estimators.labelled_rows import labelled_rows

X = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [1.0, 2.0]])
Y = np.array(["u", "v", "u", "u"])
SITES = ["a", "a", "a", "b"]


def test_equal_rows_of_an_environment_are_merged() -> None:
    merged = labelled_rows(X, Y, SITES, [1, 2, 0.5, 4]).merged()
    assert_array_equal(merged.inputs, [[1, 2], [3, 4], [1, 2]])
    assert (merged.labels.tolist(), merged.membership.tolist()) == (["u", "v", "u"], [0, 0, 1])
    assert merged.weights.tolist() == [1.5, 2, 4]


def test_rows_of_weight_zero_are_not_there() -> None:
    rows = labelled_rows(X, Y, SITES, [0, 0, 0, 1])
    assert (rows.environments, rows.membership.tolist()) == (("b",), [0])
    assert_array_equal(rows.inputs, X[3:])


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([0, 0, 0, 0], "All sample weights are zero"),
        ([1, 1, 1, -1], "[Nn]egative"),
        ([1, 1, 1, np.nan], "NaN"),
        ([1, 1], "inconsistent numbers of samples"),
        (np.ones((4, 2)), r"have the shape \(4, 2\)"),
    ],
)
def test_what_is_no_weight_is_refused(weights, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        labelled_rows(X, Y, SITES, weights)
