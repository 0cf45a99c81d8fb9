"""The authors' form of IRM: few rows stand for many, and the penalty is that of their code."""

import numpy as np
import torch
from numpy.testing import assert_allclose

from benchmarks.reproductions.matrix import (
    CANDIDATES,
    PER_COLUMN,
    PLAN,
    batch,
    factor,
    from_identity,
    trained,
)
from irm_core.objectives.law import Rows
from irm_core.objectives.losses import LOSSES

random = np.random.default_rng(0)
SAMPLES = [(scale * random.normal(size=(200, 3)), random.normal(size=200)) for scale in (0.2, 2.0)]


def test_a_few_rows_have_the_mean_products_of_all() -> None:
    for inputs, targets in SAMPLES:
        every, few = np.column_stack([inputs, targets]), factor(inputs, targets)
        assert len(few) == 4
        assert_allclose(few.T @ few / len(few), every.T @ every / len(every), atol=1e-12)


def test_risk_and_penalty_are_those_of_the_authors_loop_over_all_rows() -> None:
    model = from_identity(3)
    matrix = torch.randn(3, 3, generator=torch.Generator().manual_seed(0))
    model.featurizer.get_parameter("weight").data = matrix
    given = batch([SAMPLES])
    outputs, features = model.outputs_and_features(given.inputs[0])
    rows = Rows(outputs, features, given.targets[0], given.membership)
    sums = PER_COLUMN.sums(rows, LOSSES["squared_error"])
    terms = PER_COLUMN.terms(sums, torch.ones(2), torch.zeros(2))
    for place, (inputs, targets) in enumerate(SAMPLES):
        dummy = torch.ones(3, requires_grad=True)
        x, y = torch.from_numpy(inputs).float(), torch.from_numpy(targets).float()
        risk = (x @ matrix.T @ dummy - y).square().mean()
        (slope,) = torch.autograd.grad(risk, dummy)
        assert_allclose(terms.risks[place].detach(), risk.detach(), rtol=1e-5)
        assert_allclose(terms.penalties[place].detach(), slope.square().mean(), rtol=1e-4)


def test_all_candidates_begin_at_ones_and_learn_each_from_its_own_problem() -> None:
    short = PLAN.model_copy(update={"steps": 1})
    inputs = random.normal(size=(200, 3))
    fulfilled = [(inputs, inputs.sum(1)), (2 * inputs, 2 * inputs.sum(1))]
    solved, unsolved = trained([fulfilled, SAMPLES], short)
    assert solved.shape == unsolved.shape == (len(CANDIDATES), 3)
    step = 3 * short.learning_rates[0]
    assert_allclose(np.abs(unsolved - 1).max(1), step, rtol=0.5)
    assert np.abs(solved - 1).max() < 1.5 * step


def test_where_the_optima_of_the_environments_are_one_it_is_found() -> None:
    weights = np.array([0.5, 1.5, -0.2])
    inputs = random.normal(size=(2, 200, 3))
    agreed = [(x, x @ weights) for x in (inputs[0], 3 * inputs[1])]
    quick = PLAN.model_copy(update={"steps": 200, "learning_rate": 1e-2})
    assert_allclose(trained([agreed], quick)[0, :6], np.tile(weights, (6, 1)), atol=0.02)
