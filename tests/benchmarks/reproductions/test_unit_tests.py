"""The six problems: what holds in every environment, and what does not."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmarks.reproductions.unit_tests import WIDTH, problem

NAMES = ("1", "1s", "2", "2s", "3", "3s")


@pytest.mark.parametrize("name", NAMES)
def test_shuffled_spurious_features_tell_nothing(name: str) -> None:
    random = np.random.default_rng(0)
    one = problem(name, 3, random)
    inputs, targets = one.rows(1, random, shuffled=True)
    spurious = (inputs @ one.mixing.T)[:, WIDTH:]
    correlations = [np.corrcoef(column, targets)[0, 1] for column in spurious.T]
    assert_allclose(correlations, 0, atol=0.05)


@pytest.mark.parametrize("name", ["2", "3"])
def test_the_sign_of_the_invariant_features_is_the_class(name: str) -> None:
    random = np.random.default_rng(0)
    one = problem(name, 3, random)
    inputs, targets = one.rows(0, random, shuffled=False)
    positive = inputs[:, :WIDTH].sum(1) > 0
    right = (positive == (targets > 0)).mean()
    assert max(right, 1 - right) > 0.97


def test_backgrounds_go_with_animals_as_often_as_the_environment_says() -> None:
    random = np.random.default_rng(0)
    one = problem("2", 3, random)
    for environment, agreement in enumerate((0.95, 0.97, 0.99)):
        inputs, targets = one.rows(environment, random, shuffled=False)
        background = inputs[:, WIDTH:].sum(1) > 0
        assert_allclose((background == (targets > 0)).mean(), agreement, atol=0.01)
        assert np.abs(inputs[:, :WIDTH]).mean() < 0.02 < np.abs(inputs[:, WIDTH:]).mean()


def test_the_noise_of_y_has_the_environments_scale() -> None:
    random = np.random.default_rng(0)
    one = problem("1", 3, random)
    for environment, scale in enumerate((0.1, 1.5, 2.0)):
        inputs, y = one.rows(environment, random, shuffled=False)
        x = inputs[:, :WIDTH]
        residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
        assert_allclose(residual.var(), WIDTH * scale**2, rtol=0.06)


def test_the_spurious_margin_is_another_in_every_environment() -> None:
    random = np.random.default_rng(0)
    one = problem("3", 4, random)
    centres = []
    for environment in range(4):
        inputs, targets = one.rows(environment, random, shuffled=False)
        centres.append(inputs[targets == 0].mean(0))
    assert_allclose(np.array(centres)[:, :WIDTH], 0.1, atol=0.01)
    assert np.std(centres, axis=0)[WIDTH:].min() > 0.1
