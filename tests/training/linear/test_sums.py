"""Sums from moments are sums over rows, and so is their derivative."""

import torch

from irm_core.objectives import OBJECTIVES
from irm_core.objectives.law import LOSS, ROWS, Rows
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership
from irm_core.objectives.pullback import SLOPE
from irm_core.training.batches import Batch
from irm_core.training.examples import Examples
from irm_core.training.linear.moments import moments_of
from irm_core.training.linear.sums import LinearSums


def both(examples: Examples) -> tuple[torch.Tensor, dict[str, torch.Tensor], LinearSums]:
    """Parameters of two models, the sums over rows with a graph to them, and those from moments."""
    random = torch.Generator().manual_seed(2)
    parameters = torch.randn(2, 4, generator=random, dtype=torch.float64, requires_grad=True)
    outputs = examples.inputs @ parameters[:, :3].T + parameters[:, 3]
    membership = Membership(examples.membership, 4, examples.weights)
    rows = Rows(outputs.T.unsqueeze(-1), examples.inputs, examples.targets, membership)
    batch = Batch(examples.inputs, examples.targets, membership, shared=True)
    expected = OBJECTIVES["irm"].sums(rows, LOSSES["squared_error"])
    return parameters, expected, LinearSums(parameters.detach(), moments_of(batch, examples.environments))


def test_losses_and_slopes_of_the_rows(ragged: Examples) -> None:
    _, expected, found = both(ragged)
    torch.testing.assert_close(found.sums, {name: one.detach() for name, one in expected.items()})


def test_their_derivative_by_the_parameters(ragged: Examples) -> None:
    parameters, expected, found = both(ragged)
    names = (LOSS, SLOPE)
    random = torch.Generator().manual_seed(3)
    along = {name: torch.randn(expected[name].shape, generator=random, dtype=torch.float64) for name in names}
    of = [expected[name] for name in names]
    (derivative,) = torch.autograd.grad(of, parameters, [along[name] for name in names], retain_graph=True)
    torch.testing.assert_close(found.pull(along), derivative)
    (of_losses,) = torch.autograd.grad(expected[LOSS], parameters, along[LOSS])
    torch.testing.assert_close(found.pull({LOSS: along[LOSS]}), of_losses)


def test_a_perfect_fit_has_no_negative_loss() -> None:
    inputs = torch.randn(1000, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    weights = torch.tensor([[0.1, -0.7, 1.3, 0.2], [1.0, 1.0, 1.0, 1.0]], dtype=torch.float64)
    targets = inputs @ weights[0, :3] + weights[0, 3]
    batch = Batch(inputs, targets, Membership(torch.arange(1000) % 4, 4), shared=True)
    sums = LinearSums(weights, moments_of(batch, ("a", "b", "c", "d"))).sums
    assert (sums[LOSS] >= 0).all()
    assert (sums[LOSS][0] < 1e-9).all()


def test_parameters_in_single_precision_lose_digits_in_the_result_only(ragged: Examples) -> None:
    parameters, expected, double = both(ragged)
    single = LinearSums(parameters.detach().float(), double.moments)
    assert {name: one.dtype for name, one in single.sums.items()} == {
        ROWS: torch.float64,
        LOSS: torch.float32,
        SLOPE: torch.float32,
    }
    torch.testing.assert_close(single.sums[LOSS].double(), expected[LOSS].detach(), rtol=1e-6, atol=0)
