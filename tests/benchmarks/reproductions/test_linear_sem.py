"""The equations are the paper's: what causes what, with which noise."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmarks.reproductions.linear_sem import WIDTH, best, draw, equations, summary
from irm_core.training.candidate import Candidate

SETTINGS = list(map("".join, product("FP", "OE", "US")))
CAUSAL = np.repeat([1.0, 0.0], WIDTH)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_causal_weights_are_those_of_x_in_whatever_columns(setting: str) -> None:
    model = equations(setting, np.random.default_rng(0))
    assert_allclose(model.errors(model.mixing.T @ CAUSAL), (0, 0), atol=1e-20)
    assert_allclose(model.errors(np.zeros(2 * WIDTH)), (1, 0), atol=1e-20)


@pytest.mark.parametrize("scale", [0.2, 5.0])
@pytest.mark.parametrize(("setting", "of_y", "of_z"), [("FOU", 0, 1), ("FEU", 1, 0)])
def test_the_noise_that_has_the_environments_scale(setting: str, of_y: int, of_z: int, scale: float) -> None:
    model = equations(setting, np.random.default_rng(0))
    inputs, y = model.sample(scale, 40_000, np.random.default_rng(1))
    x, z = inputs[:, :WIDTH], inputs[:, WIDTH:]
    assert_allclose(np.cov(x.T), 2 * scale**2 * np.eye(WIDTH), atol=0.05 * scale**2)
    assert_allclose(np.var(y - x.sum(1)), WIDTH * scale ** (2 * of_y), rtol=0.05)
    assert_allclose(np.var(z.sum(1) - y), WIDTH * scale ** (2 * of_z), rtol=0.05)


def test_a_hidden_cause_biases_least_squares_on_the_causes() -> None:
    random = np.random.default_rng(0)
    errors = {}
    for setting in ("FOU", "POU"):
        x, y = equations(setting, random).sample(5.0, 40_000, random)
        errors[setting] = np.abs(np.linalg.lstsq(x[:, :WIDTH], y, rcond=None)[0] - 1).max()
    assert errors["FOU"] < 0.02
    assert errors["POU"] > 0.05


def test_each_objectives_weights_are_chosen_by_the_last_environment() -> None:
    model, samples = draw("FOU", 0)
    candidates = [
        Candidate(objective=objective, penalty_weight=weight, seed=0, left_out=None)
        for objective in ("irm", "vrex")
        for weight in (1.0, 10.0)
    ]
    weights = np.array([CAUSAL, 0 * CAUSAL, 0.5 * CAUSAL, 0.9 * CAUSAL])
    found = best(model, samples, candidates, weights)
    assert_allclose(found["irm"], (0, 0), atol=1e-20)
    assert_allclose(found["vrex"], (0.01, 0))


def test_mean_and_standard_error_over_repetitions() -> None:
    assert summary([(0.1, 0.5), (0.3, 0.5)]) == ["0.2000 ± 0.1000", "0.5000 ± 0.0000"]
