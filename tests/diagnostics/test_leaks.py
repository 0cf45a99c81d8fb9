"""What alone all but tells the label is named, and only that."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from irm_core.diagnostics.leaks import class_leaks, leaks

ROWS = 1000
NOISE = np.random.default_rng(0).normal(size=ROWS)
NUMBERS = pl.Series("y", np.random.default_rng(1).normal(size=ROWS))
CLASSES = (NUMBERS > 0).cast(pl.Float64)


@pytest.mark.parametrize("label", [NUMBERS, CLASSES], ids=["numbers", "classes"])
def test_any_rising_or_falling_function_of_the_label_is_found(label):
    found = leaks(pl.DataFrame({"copy": -3 * NUMBERS, "cube": NUMBERS**3, "noise": NOISE}), label)
    assert found == {"copy": pytest.approx(1), "cube": pytest.approx(1)}


def test_a_good_feature_is_no_leak():
    assert leaks(pl.DataFrame({"x": NUMBERS + 0.3 * NOISE}), NUMBERS) == {}
    assert leaks(pl.DataFrame({"x": CLASSES + 0.4 * NOISE}), CLASSES) == {}


def test_of_many_classes_the_one_is_named_that_a_feature_tells():
    """As 2 AUC - 1, of each class against the rest, of scikit-learn."""
    classes = pl.Series(list("abcd") * (ROWS // 4)).cast(pl.Enum(list("abcd")))
    c = (classes == "c").cast(pl.Float64)
    features = pl.DataFrame({"is_c": -c, "nearly": c + 0.2 * NOISE, "noise": NOISE})
    copy, nearly = class_leaks(features, classes)
    assert copy == ("is_c", pytest.approx(1), "c")
    assert nearly == ("nearly", pytest.approx(2 * roc_auc_score(c, features["nearly"]) - 1), "c")


def test_a_class_of_few_rows_is_not_looked_at():
    classes = pl.Series([*"ab" * (ROWS // 2 - 1), "c", "c"]).cast(pl.Enum(list("abc")))
    assert class_leaks(pl.DataFrame({"is_c": (classes == "c").cast(pl.Float64)}), classes) == ()


def test_where_it_is_missing_it_tells_nothing():
    mostly = pl.when(pl.int_range(pl.len()) < 500).then("x")
    assert list(leaks(pl.DataFrame({"x": NUMBERS}).with_columns(mostly.alias("x")), NUMBERS)) == ["x"]
    few = pl.when(pl.int_range(pl.len()) < 20).then("x")
    assert leaks(pl.DataFrame({"x": NUMBERS}).with_columns(few.alias("x")), NUMBERS) == {}


def test_many_rows_are_sampled_the_same_way_each_time(monkeypatch):
    monkeypatch.setattr("irm_core.diagnostics.leaks.MOST_ROWS", 100)
    frame = pl.DataFrame({"x": NUMBERS + 0.01 * NOISE})
    assert leaks(frame, NUMBERS) == leaks(frame, NUMBERS) != {}
