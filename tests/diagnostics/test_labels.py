"""Summaries by environment, and environments that give the label away."""

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.diagnosis import EnvironmentSummary
from irm_core.diagnostics.labels import pure, summaries

FRAME = pl.DataFrame({ENVIRONMENT: ["b", "a", "a", "b"], "y": [1, 1, 3, 1]})


def test_regression_labels_have_mean_and_deviation():
    assert summaries(FRAME, "y", False, ["b"]) == {
        "a": EnvironmentSummary(rows=2, hold_out=False, label_mean=2.0, label_deviation=2**0.5),
        "b": EnvironmentSummary(rows=2, hold_out=True, label_mean=1.0, label_deviation=0.0),
    }


def test_classification_labels_are_counted_and_the_report_has_no_mean():
    found = summaries(FRAME, "y", True, [])
    assert list(found) == ["a", "b"]
    assert found["a"].model_dump(exclude_none=True) == {
        "rows": 2,
        "hold_out": False,
        "label_counts": {"1": 1, "3": 1},
    }


def test_environments_of_one_label_are_pure():
    assert pure(FRAME, "y") == ("b",)
