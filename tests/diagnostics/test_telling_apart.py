"""Environments told from features, where the answer is known by construction."""

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from irm_core.diagnostics.telling_apart import FEWEST_ROWS, told_apart

ROWS = 600


def sites(count: int, rows: int = ROWS) -> pl.Series:
    return pl.Series(np.repeat([f"site {number}" for number in range(count)], rows))


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count)


def test_environments_that_are_alike_cannot_be_told_apart():
    found = told_apart(pl.DataFrame({"x": noise(3 * ROWS)}), pl.Series(noise(3 * ROWS, 1)), sites(3))
    assert found.by_features == pytest.approx(0.5, abs=0.05)
    assert found.given_label == pytest.approx(0.5, abs=0.05)


def test_a_feature_that_names_the_environment_tells_them_all_apart():
    number = np.repeat([0.0, 1.0, 2.0], ROWS)
    found = told_apart(pl.DataFrame({"x": number}), pl.Series(noise(3 * ROWS)), sites(3))
    assert (found.by_features, found.given_label) == (1.0, 1.0)


def test_a_shift_of_the_label_alone_is_not_seen_among_rows_of_the_same_label():
    """x depends on y alone; y is mostly 1 in the one environment, mostly 0 in the other."""
    generator = np.random.default_rng(0)
    label = (generator.random(2 * ROWS) < np.repeat([0.9, 0.1], ROWS)).astype(float)
    features = pl.DataFrame({"x": label * 4 + noise(2 * ROWS)})
    found = told_apart(features, pl.Series(label), sites(2))
    assert found.by_features > 0.8
    assert found.given_label == pytest.approx(0.5, abs=0.1)


def test_among_rows_of_the_same_of_many_classes_a_shift_of_classes_is_not_seen():
    """x depends on the class alone; four of five classes are frequent here, rare there."""
    generator = np.random.default_rng(0)
    shares = np.array([[0.36, 0.36, 0.2, 0.04, 0.04], [0.04, 0.04, 0.2, 0.36, 0.36]])
    codes = np.concatenate([generator.choice(5, 2000, p=one) for one in shares])
    features = pl.DataFrame({"x": codes * 4 + noise(4000)})
    label = pl.Series(list("abcde")).gather(codes).cast(pl.Enum(list("abcde")))
    found = told_apart(features, label, sites(2, 2000))
    assert found.by_features > 0.8
    assert found.given_label == pytest.approx(0.5, abs=0.06)


def test_one_thread_learns_however_many_there_are(monkeypatch):
    seen = []

    class Watched(HistGradientBoostingClassifier):
        def fit(self, *arguments):
            seen.extend(one["num_threads"] for one in threadpool_info())
            return super().fit(*arguments)

    monkeypatch.setattr("irm_core.diagnostics.telling_apart.HistGradientBoostingClassifier", Watched)
    with threadpool_limits(2):
        told_apart(pl.DataFrame({"x": noise(2 * ROWS)}), pl.Series(noise(2 * ROWS, 1)), sites(2))
        after = {one["num_threads"] for one in threadpool_info()}
    assert set(seen) == {1}
    assert after == {2}


def test_environments_of_few_rows_are_left_out_and_one_alone_has_no_other():
    environment = pl.concat([sites(1), pl.Series(["tiny"] * (FEWEST_ROWS - 1))])
    features = pl.DataFrame({"x": noise(len(environment))})
    assert told_apart(features, pl.Series(noise(len(environment), 1)), environment) is None


def test_missing_features_can_tell_environments_apart():
    x = pl.Series(noise(2 * ROWS)).scatter(list(range(ROWS)), [None] * ROWS)
    found = told_apart(pl.DataFrame({"x": x}), pl.Series(noise(2 * ROWS, 1)), sites(2))
    assert found.by_features == 1.0
