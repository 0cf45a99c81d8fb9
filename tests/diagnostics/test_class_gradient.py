"""The gradient that IRM penalises, of a model with an output per class."""

import numpy as np
import polars as pl
import pytest

from irm_core.diagnostics.class_gradient import class_gradient
from irm_core.diagnostics.reference import scale_gradient

ROWS = 900
SITE = np.repeat(["one", "two", "two"], ROWS // 3)
ENVIRONMENT = pl.Series(SITE)


def rows() -> tuple[pl.DataFrame, np.ndarray]:
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 4, ROWS)
    X = generator.normal(size=(ROWS, 2))
    X[:, 0] += np.where(SITE == "one", 1, -0.5) * codes
    return pl.DataFrame((X - X.mean(0)) / X.std(0), ["u", "v"], orient="row"), codes


def enum(codes: np.ndarray, names: str) -> pl.Series:
    return pl.Series(list(names)).gather(codes).cast(pl.Enum(list(names)))


def test_it_is_the_sum_over_outputs_of_the_model_written_out():
    features, codes = rows()
    weight = np.where(SITE == "one", 3, 1.5) / ROWS
    X, y = np.column_stack((features, np.ones(ROWS))), np.eye(4)[codes] - np.bincount(codes) / ROWS
    z = X @ np.linalg.solve((X.T * weight) @ X, (X.T * weight) @ y)
    g = (2 * z * (z - y)).sum(1)
    expected = {}
    for name in ("one", "two"):
        here = g[name == SITE]
        expected[name] = here.mean() / (here.std(ddof=1) / np.sqrt(len(here)))
    assert class_gradient(features, enum(codes, "abcd"), ENVIRONMENT) == pytest.approx(expected)


def test_of_two_classes_it_is_that_of_the_one_number():
    features, codes = rows()
    two = codes % 2
    y = pl.Series((two - two.mean()) / two.std(ddof=1))
    expected = scale_gradient(features, y, ENVIRONMENT)
    assert class_gradient(features, enum(two, "ab"), ENVIRONMENT) == pytest.approx(expected)


def test_pieces_add_up(monkeypatch):
    features, codes = rows()
    whole = class_gradient(features, enum(codes, "abcd"), ENVIRONMENT)
    monkeypatch.setattr("irm_core.diagnostics.moments.PIECE", 128)
    assert class_gradient(features, enum(codes, "abcd"), ENVIRONMENT) == pytest.approx(whole)
