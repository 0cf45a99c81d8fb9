"""The gradient that IRM penalises, at a pooled linear model."""

from math import sqrt

import numpy as np
import polars as pl
import pytest

from irm_core.diagnostics.reference import scale_gradient


def test_two_environments_by_hand():
    # slopes 1 and 0 on the same x pool to z = x/2: g = 2z(z − y) is −x²/2 in a, x²/2 in b
    x = pl.Series([-1.0, -2.0, 1.0, 2.0] * 2)
    y = pl.Series([-1.0, -2.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0])
    found = scale_gradient(pl.DataFrame({"x": x}), y, pl.Series(["a"] * 4 + ["b"] * 4))
    g = np.array([0.5, 2.0, 0.5, 2.0])
    expected = g.mean() / (g.std(ddof=1) / sqrt(4))
    assert found == pytest.approx({"a": -expected, "b": expected})


def test_an_environment_weighs_the_same_however_many_rows_it_has():
    x = pl.Series([-1.0, -2.0, 1.0, 2.0] * 4)
    y = pl.Series([-1.0, -2.0, 1.0, 2.0] + [0.0] * 12)
    found = scale_gradient(pl.DataFrame({"x": x}), y, pl.Series(["a"] * 4 + ["b"] * 12))
    g = np.array([0.5, 2.0, 0.5, 2.0])
    assert found["a"] == pytest.approx(-g.mean() / (g.std(ddof=1) / sqrt(4)))


def test_the_same_law_everywhere_gives_no_signal():
    generator = np.random.default_rng(0)
    x = generator.normal(size=6000)
    y = x + generator.normal(size=6000)
    found = scale_gradient(pl.DataFrame({"x": x}), pl.Series(y), pl.Series(["a", "b", "c"] * 2000))
    assert max(abs(one) for one in found.values()) < 2


def test_an_environment_of_one_row_is_left_out():
    x, y = pl.Series([0.0, 1.0, 2.0]), pl.Series([0.0, 1.0, 5.0])
    assert set(scale_gradient(pl.DataFrame({"x": x}), y, pl.Series(["a", "a", "b"]))) <= {"a"}
