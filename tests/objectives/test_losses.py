"""Losses: values by hand, derivatives against autograd, and losses known by their value alone."""

from collections.abc import Callable
from typing import Literal

import pytest
import torch
from torch.autograd import grad

from irm_core.objectives.law import Rows
from irm_core.objectives.losses import LOSSES, differentiated, loss_name, output_count

MakeRows = Callable[..., Rows]
Task = Literal["regression", "classification"]


@pytest.mark.parametrize(
    ("name", "outputs", "target", "value"),
    [
        ("squared_error", [3.0], 1.0, 4.0),
        ("binary_cross_entropy", [0.0], 1, 0.6931471805599453),
        ("binary_cross_entropy", [-800.0], 1, 800.0),
        ("cross_entropy", [0.0, 0.0, 0.0], 2, 1.0986122886681098),
        ("cross_entropy", [-800.0, 0.0, 0.0], 0, 800.6931471805599),
        ("poisson", [0.0], 3.0, 1.0),
    ],
)
def test_values(name: str, outputs: list[float], target: float, value: float) -> None:
    found = LOSSES[name].value(torch.tensor([outputs], dtype=torch.float64), torch.tensor([target]))
    assert found.item() == pytest.approx(value)


def test_the_gradient_is_that_of_the_value(make_rows: MakeRows, loss: str) -> None:
    rows = make_rows(loss)
    outputs = rows.outputs.requires_grad_()
    (expected,) = grad(LOSSES[loss].value(outputs, rows.targets).sum(), outputs)
    torch.testing.assert_close(LOSSES[loss].gradient(outputs, rows.targets), expected)


def test_the_slope_is_the_derivative_by_a_scale_of_the_outputs(make_rows: MakeRows, loss: str) -> None:
    rows = make_rows(loss)
    scales = torch.ones(len(rows.outputs), 1, dtype=torch.float64, requires_grad=True)
    (expected,) = grad(LOSSES[loss].value(rows.outputs * scales, rows.targets).sum(), scales)
    torch.testing.assert_close(LOSSES[loss].slope(rows.outputs, rows.targets), expected.squeeze(1))


def test_the_curvature_is_that_of_the_value_along_the_outputs(make_rows: MakeRows, loss: str) -> None:
    """∂⟨z, ∂ℓ/∂z⟩/∂z = ∂ℓ/∂z + (∂²ℓ/∂z²) z."""
    rows = make_rows(loss)
    outputs, known = rows.outputs.requires_grad_(), LOSSES[loss]
    (by_outputs,) = grad(known.slope(outputs, rows.targets).sum(), outputs)
    expected = by_outputs - known.gradient(outputs, rows.targets)
    for one in (known, differentiated(known.value)):
        torch.testing.assert_close(one.curvature(outputs, rows.targets), expected)


def test_a_loss_known_by_its_value_alone_is_the_same_loss(make_rows: MakeRows, loss: str) -> None:
    """To the second order, which is what the penalties backpropagate."""
    rows, known = make_rows(loss), LOSSES[loss]
    outputs = rows.outputs.requires_grad_()
    found = differentiated(known.value)
    torch.testing.assert_close(found.gradient(outputs, rows.targets), known.gradient(outputs, rows.targets))
    second = [grad(one.slope(outputs, rows.targets).square().sum(), outputs)[0] for one in (known, found)]
    torch.testing.assert_close(second[1], second[0])


@pytest.mark.parametrize(
    ("task", "classes", "name", "outputs"),
    [
        ("regression", 0, "squared_error", 1),
        ("classification", 2, "binary_cross_entropy", 1),
        ("classification", 3, "cross_entropy", 3),
    ],
)
def test_each_task_has_its_loss(task: Task, classes: int, name: str, outputs: int) -> None:
    assert loss_name(task, classes) == name
    assert output_count(name, classes) == outputs
