"""What every objective must be. A new one is tested by being an entry of OBJECTIVES: see conftest.py."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.autograd import grad

from irm_core.objectives.law import Objective, Rows, Terms
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership

MakeRows = Callable[..., Rows]
SIZES = (7, 12, 5)  # rows of each environment


def picked(rows: Rows, index: Tensor) -> Rows:
    of_all = rows.membership
    membership = Membership(
        of_all.index[index], of_all.environments, second=of_all.in_second_half[index]
    )  # a row stays in the half of its environment that it is in
    return Rows(rows.outputs[index], rows.features[index], rows.targets[index], membership)


def weights_of(rows: Rows) -> Tensor:
    """Unequal weights, so that a forgotten weight shows."""
    return torch.arange(1, rows.membership.environments + 1, dtype=torch.float64)


def terms_of(objective: Objective, rows: Rows, loss: str, weights: Tensor | None = None) -> Terms:
    weights = weights_of(rows) if weights is None else weights
    return objective.terms(objective.sums(rows, LOSSES[loss]), weights, torch.zeros_like(weights))


def value_and_gradients(
    objective: Objective, rows: Rows, loss: str, weights: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """J = risk + 2 · penalty, and its gradients by outputs and features."""
    leaf = replace(
        rows, outputs=rows.outputs.clone().requires_grad_(), features=rows.features.clone().requires_grad_()
    )
    terms = terms_of(objective, leaf, loss, weights)
    value = terms.risk + 2 * terms.penalty
    leaves = [leaf.outputs, leaf.features]
    by_outputs, by_features = grad(value.sum(), leaves, allow_unused=True, materialize_grads=True)
    return value.detach(), by_outputs, by_features


def assert_same_objective(objective: Objective, loss: str, one: Rows, other: Rows, rows: Tensor) -> None:
    """Both have the same value; the gradient of `other` is that of the `rows` of `one`."""
    expected, found = value_and_gradients(objective, one, loss), value_and_gradients(objective, other, loss)
    torch.testing.assert_close(found[0], expected[0])
    torch.testing.assert_close(found[1], expected[1][rows])
    torch.testing.assert_close(found[2], expected[2][rows])


def test_sums_are_additive_over_rows(make_rows: MakeRows, objective: Objective, loss: str) -> None:
    rows, N = make_rows(loss), sum(SIZES)
    whole = objective.sums(rows, LOSSES[loss])
    for cut in (1, 9, N - 1):
        first, second = picked(rows, torch.arange(cut)), picked(rows, torch.arange(cut, N))
        parts = [objective.sums(part, LOSSES[loss]) for part in (first, second)]
        assert whole.keys() == parts[0].keys()
        for name, total in whole.items():
            torch.testing.assert_close(parts[0][name] + parts[1][name], total)


def test_the_order_of_rows_does_not_matter(make_rows: MakeRows, objective: Objective, loss: str) -> None:
    rows = make_rows(loss)
    order = torch.randperm(sum(SIZES), generator=torch.Generator().manual_seed(1))
    assert_same_objective(objective, loss, rows, picked(rows, order), order)


def test_the_order_of_environments_does_not_matter(
    make_rows: MakeRows, objective: Objective, loss: str
) -> None:
    rows, order = make_rows(loss), torch.tensor([2, 0, 1])
    renamed = replace(rows, membership=Membership(order.argsort()[rows.membership.index], len(SIZES)))
    expected = terms_of(objective, rows, loss)
    found = terms_of(objective, renamed, loss, weights_of(rows)[order])
    torch.testing.assert_close(found.risk, expected.risk)
    torch.testing.assert_close(found.penalty, expected.penalty)
    torch.testing.assert_close(found.risks, expected.risks[order])
    torch.testing.assert_close(found.penalties, expected.penalties[order])


def test_an_environment_without_rows_contributes_nothing(
    make_rows: MakeRows, objective: Objective, loss: str
) -> None:
    rows = make_rows(loss)
    absent = replace(rows, membership=Membership(rows.membership.index, len(SIZES) + 2))
    assert_same_objective(objective, loss, rows, absent, torch.arange(sum(SIZES)))


def test_an_environment_without_weight_contributes_nothing(
    make_rows: MakeRows, objective: Objective, loss: str
) -> None:
    """A sweep has the left-out environment of every fold in its tensors."""
    rows, kept = make_rows(loss), torch.arange(SIZES[0] + SIZES[1])
    wild = replace(rows, outputs=rows.outputs.clone())
    wild.outputs[len(kept) :] = 50.0
    weights = torch.tensor([1.0, 2.0, 0.0], dtype=torch.float64)
    found = value_and_gradients(objective, wild, loss, weights)
    expected = value_and_gradients(objective, picked(rows, kept), loss, weights)
    torch.testing.assert_close(found[0], expected[0])
    torch.testing.assert_close(found[1][kept], expected[1])
    torch.testing.assert_close(found[2][kept], expected[2])


def test_a_row_of_weight_three_is_three_rows(make_rows: MakeRows, objective: Objective, loss: str) -> None:
    rows = make_rows(loss)
    times = torch.randint(1, 4, (sum(SIZES),), generator=torch.Generator().manual_seed(2))
    weighted = replace(rows, membership=replace(rows.membership, weights=times.double()))
    repeated = picked(rows, torch.arange(sum(SIZES)).repeat_interleave(times))
    expected, found = terms_of(objective, repeated, loss), terms_of(objective, weighted, loss)
    torch.testing.assert_close(found.risk, expected.risk)
    torch.testing.assert_close(found.penalty, expected.penalty)


def test_many_candidates_at_once_are_each_alone(make_rows: MakeRows, objective: Objective, loss: str) -> None:
    alone = [replace(make_rows(loss, seed=seed), targets=make_rows(loss).targets) for seed in range(3)]
    together = replace(
        alone[0],
        outputs=torch.stack([one.outputs for one in alone]),
        features=torch.stack([one.features for one in alone]),
    )
    weights = torch.tensor([[1.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 2.0, 3.0]], dtype=torch.float64)
    found = value_and_gradients(objective, together, loss, weights)
    expected = [
        value_and_gradients(objective, one, loss, own) for one, own in zip(alone, weights, strict=True)
    ]
    for part, parts in zip(found, zip(*expected, strict=True), strict=True):
        torch.testing.assert_close(part, torch.stack(parts))


def test_the_way_back_is_the_derivative(make_rows: MakeRows, objective: Objective, loss: str) -> None:
    """Of the sums by outputs and features, and of the objective by the sums, as by autograd through both."""
    rows, weights = make_rows(loss), torch.tensor([[1.0, 2.0, 3.0], [2.0, 0.0, 1.0]], dtype=torch.float64)
    rows = replace(rows, outputs=torch.stack([rows.outputs, 2 * rows.outputs]))
    rows = replace(rows, features=torch.stack([rows.features, rows.features.square()]))
    expected = value_and_gradients(objective, rows, loss, weights)
    sums, pull = objective.linearised(rows, LOSSES[loss])
    one = torch.ones(2, dtype=torch.float64)
    terms, directions = objective.directions(sums, weights, torch.zeros_like(weights), one, 2 * one)
    assert not any(total.requires_grad for total in sums.values())
    assert directions.keys() <= sums.keys()
    by_outputs, by_features = pull(directions)
    torch.testing.assert_close(terms.risk + 2 * terms.penalty, expected[0])
    torch.testing.assert_close(by_outputs, expected[1])
    torch.testing.assert_close(
        torch.zeros_like(rows.features) if by_features is None else by_features, expected[2]
    )


@pytest.mark.parametrize("sizes", [(1, 1, 1), (1, 6), (5,), (1,)], ids=str)
def test_one_row_or_one_environment_is_finite(
    make_rows: MakeRows, objective: Objective, loss: str, sizes: tuple[int, ...]
) -> None:
    for part in value_and_gradients(objective, make_rows(loss, sizes), loss):
        assert part.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_logits_far_too_large_are_finite(
    make_rows: MakeRows, objective: Objective, loss: str, dtype: torch.dtype
) -> None:
    """A million times; five times for Poisson, whose mean is exp(z), and Fishr takes its fourth power."""
    scale = 5.0 if loss == "poisson" else 1e6
    rows = make_rows(loss)
    targets = rows.targets.to(dtype) if rows.targets.is_floating_point() else rows.targets
    wild = replace(
        rows, outputs=(rows.outputs * scale).to(dtype), features=rows.features.to(dtype), targets=targets
    )
    for part in value_and_gradients(objective, wild, loss, weights_of(rows).to(dtype)):
        assert part.isfinite().all()


OF_EACH_BY_ITSELF = ("ib_erm", "ib_irm", "ib_irm halves", "spectral_decoupling")
"""Penalties that no agreement of environments makes vanish: of the spread of features or outputs."""


def test_where_environments_agree_only_penalties_of_each_by_itself_remain(
    make_rows: MakeRows, objective: Objective
) -> None:
    """The same rows in each, and outputs that no other scale, in any, would better."""
    one = make_rows("squared_error", (6,))
    same = torch.arange(6).repeat(3)
    rows = Rows(
        outputs=one.targets[same].unsqueeze(1),
        features=one.features[same],
        targets=one.targets[same],
        membership=Membership(torch.arange(3).repeat_interleave(6), 3),
    )
    penalty = terms_of(objective, rows, "squared_error").penalty
    if objective.name in OF_EACH_BY_ITSELF:
        assert penalty > 0.01
        return
    torch.testing.assert_close(penalty, torch.zeros_like(penalty), atol=1e-6, rtol=0)


def test_the_state_is_carried(make_rows: MakeRows, objective: Objective) -> None:
    """Only an objective that gives a state reads one, and its state has the shape that it was given."""
    rows = make_rows("squared_error")
    sums, weights = objective.sums(rows, LOSSES["squared_error"]), weights_of(rows)
    fresh, later = (objective.terms(sums, weights, weights * start) for start in (0.0, 1.0))
    if fresh.state is None:
        torch.testing.assert_close(later.penalty, fresh.penalty)
    else:
        assert fresh.state.shape == weights.shape
        assert later.penalty != fresh.penalty
