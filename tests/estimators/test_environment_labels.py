"""Environments have names, whatever they are labelled with."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from irm_core.estimators.environment_labels import named_environments

A_B_A = {
    "list": ["a", "b", "a"],
    "array": np.array(["a", "b", "a"]),
    "objects": np.array(["a", "b", "a"], dtype=object),
    "pandas": pd.Series(["a", "b", "a"], index=[5, 6, 7]),
    "category": pd.Series(["a", "b", "a"], dtype="category"),
    "polars": pl.Series(["a", "b", "a"]),
    "enum": pl.Series(["a", "b", "a"], dtype=pl.Enum(["b", "a"])),
}


@pytest.mark.parametrize("labels", A_B_A.values(), ids=A_B_A.keys())
def test_any_column_of_labels(labels) -> None:
    names, index = named_environments(labels, 3)
    assert (names, index.tolist()) == (("a", "b"), [0, 1, 0])


@pytest.mark.parametrize(
    ("labels", "names", "index"),
    [
        ([2, 1, 2], ("1", "2"), [1, 0, 1]),
        ([("x", 1), ("x", 2), ("x", 1)], ("('x', 1)", "('x', 2)"), [0, 1, 0]),
        ([1, 1.0, "b"], ("1", "b"), [0, 0, 1]),
        (np.array([True, False, True]), ("False", "True"), [1, 0, 1]),
        (None, ("all",), [0, 0, 0]),
    ],
)
def test_any_hashable_label(labels, names, index) -> None:
    found, places = named_environments(labels, 3)
    assert (found, places.tolist()) == (names, index)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (["a", "b"], "There are 3 rows, but 2 environment labels: give one per row."),
        (["a", None, "b"], "Row 1 has no environment: its label is None."),
        (np.array([0.0, 1.0, np.nan]), "Row 2 has no environment: its label is nan."),
        (pd.Series(["a", pd.NA, "b"], dtype="string"), "Row 1 has no environment: its label is <NA>."),
        ([["a"], ["b"], ["c"]], "Row 0 has no environment: its label is"),
        (np.zeros((3, 2)), r"have the shape \(3, 2\)"),
        ("site", r"have the shape \(\)"),
        ([1, "1", 1], r"Two environments would have the same name. Labels: \[1, '1'\]"),
    ],
)
def test_what_is_no_label_per_row_is_refused(labels, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        named_environments(labels, 3)
