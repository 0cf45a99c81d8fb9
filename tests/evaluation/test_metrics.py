"""Metrics by environment against scikit-learn on each environment alone, and by hand."""

from math import log, sqrt

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score

from irm_core.evaluation.metrics import by_environment as records
from irm_core.evaluation.metrics import measure
from irm_core.evaluation.records import EnvironmentMetrics

NAMES = ("a", "b", "c")


def tensors(classes: int, rows: int = 90, seed: int = 0):
    generator = torch.Generator().manual_seed(seed)
    outputs = torch.randn(rows, classes if classes > 2 else 1, generator=generator)
    targets = (
        torch.randint(classes, (rows,), generator=generator)
        if classes
        else torch.randn(rows, generator=generator)
    )
    return outputs, targets, torch.randint(3, (rows,), generator=generator)


def by_environment(*rows, **unit):
    return records(measure(*rows, **unit))


def test_regression_agrees_with_scikit_learn_in_label_units():
    outputs, targets, membership = tensors(0)
    found = by_environment(outputs, targets, membership, NAMES, "squared_error", unit=10.0)
    for index, name in enumerate(NAMES):
        y, z = targets[membership == index].numpy() * 10, outputs[membership == index, 0].numpy() * 10
        errors = (y - z) ** 2
        assert found[name].rows == len(y)
        assert found[name].risk == pytest.approx(mean_squared_error(y, z))
        assert found[name].score == pytest.approx(r2_score(y, z))
        assert found[name].standard_error == pytest.approx(errors.std(ddof=1) / sqrt(len(y)) / y.var())


@pytest.mark.parametrize(("classes", "loss"), [(2, "binary_cross_entropy"), (4, "cross_entropy")])
def test_classification_agrees_with_scikit_learn(classes, loss):
    outputs, targets, membership = tensors(classes)
    found = by_environment(outputs, targets, membership, NAMES, loss)
    logits = outputs if classes > 2 else torch.cat([torch.zeros_like(outputs), outputs], dim=1)
    for index, name in enumerate(NAMES):
        mine = membership == index
        y, p = targets[mine].numpy(), logits[mine].softmax(1).numpy()
        accuracy = accuracy_score(y, p.argmax(1))
        assert found[name].risk == pytest.approx(log_loss(y, p, labels=range(classes)), rel=1e-5)
        assert found[name].score == pytest.approx(accuracy)
        assert found[name].standard_error == pytest.approx(sqrt(accuracy * (1 - accuracy) / (len(y) - 1)))


def test_two_rows_by_hand():
    # errors 1 and 9 of labels 0 and 4: MSE 5, Var 4; sd(errors) = √32, over √2, over 4
    found = by_environment(
        torch.tensor([[1.0], [1.0]]), torch.tensor([0.0, 4.0]), torch.tensor([0, 0]), NAMES, "squared_error"
    )
    assert found == {"a": EnvironmentMetrics(rows=2, risk=5.0, score=-0.25, standard_error=1.0)}


def test_what_is_undefined_is_none_and_never_nan():
    outputs, targets = torch.tensor([[0.0], [1.0], [2.0]]), torch.tensor([1.0, 3.0, 3.0])
    found = by_environment(outputs, targets, torch.tensor([0, 1, 1]), NAMES, "squared_error")
    assert found == {
        "a": EnvironmentMetrics(rows=1, risk=1.0, score=None, standard_error=None),
        "b": EnvironmentMetrics(rows=2, risk=2.5, score=None, standard_error=None),
    }
    one = by_environment(
        torch.zeros(1, 1), torch.tensor([0]), torch.tensor([2]), NAMES, "binary_cross_entropy"
    )
    assert one == {"c": EnvironmentMetrics(rows=1, risk=log(2), score=1.0, standard_error=None)}


def test_the_penalty_is_the_squared_derivative_along_the_scale():
    outputs, targets, membership = tensors(4)
    found = measure(outputs, targets, membership, NAMES, "cross_entropy")
    for index, penalty in enumerate(found["penalty"]):
        scale = torch.ones((), requires_grad=True)
        mine = membership == index
        risk = torch.nn.functional.cross_entropy(scale * outputs[mine], targets[mine])
        (slope,) = torch.autograd.grad(risk, scale)
        assert penalty == pytest.approx(slope.item() ** 2, rel=1e-4)


@settings(deadline=None, max_examples=30)
@given(
    st.integers(0, 100),
    st.sampled_from([(0, "squared_error"), (2, "binary_cross_entropy"), (3, "cross_entropy")]),
)
def test_neither_the_order_of_rows_nor_of_environments_matters(seed, task):
    classes, loss = task
    outputs, targets, membership = tensors(classes, rows=12, seed=seed)
    order = torch.from_numpy(np.random.default_rng(seed).permutation(12))
    one = by_environment(outputs, targets, membership, NAMES, loss)
    other = by_environment(outputs[order], targets[order], 2 - membership[order], NAMES[::-1], loss)
    assert one.keys() == other.keys()
    for name, metrics in one.items():
        assert metrics.model_dump() == pytest.approx(other[name].model_dump(), nan_ok=False)


@pytest.mark.parametrize(("classes", "loss"), [(0, "squared_error"), (2, "binary_cross_entropy")])
def test_a_row_of_weight_three_is_three_rows(classes, loss):
    outputs, targets, membership = tensors(classes)
    times = torch.randint(0, 4, (len(targets),), generator=torch.Generator().manual_seed(1))
    repeated = (one.repeat_interleave(times, 0) for one in (outputs, targets, membership))
    expected = by_environment(*repeated, NAMES, loss)
    found = by_environment(outputs, targets, membership, NAMES, loss, weights=times)
    for name in NAMES:
        assert found[name].risk == pytest.approx(expected[name].risk)
        assert found[name].score == pytest.approx(expected[name].score)


def test_equal_weights_change_nothing():
    rows = tensors(0)
    found = by_environment(*rows, NAMES, "squared_error", weights=torch.full((90,), 0.5))
    for name, expected in by_environment(*rows, NAMES, "squared_error").items():
        assert found[name].model_dump() == pytest.approx(expected.model_dump())
