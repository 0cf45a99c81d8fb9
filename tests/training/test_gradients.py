"""Rows in pieces give the gradient of the whole, for every objective."""

from collections.abc import Sequence

import pytest
import torch
from torch import nn

from irm_core.objectives import OBJECTIVES
from irm_core.objectives.law import Rows, Terms
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.candidate import Candidate
from irm_core.training.gradients import backward
from irm_core.training.groups import grouped
from irm_core.training.learner import learner_of
from irm_core.training.models import Model

N, E = 40, 3


def batch() -> Batch:
    random = torch.Generator().manual_seed(0)
    environment = (torch.arange(N) > 20).long() + (
        torch.arange(N) > 33
    ).long()  # sorted, as training rows are
    return Batch(
        torch.randn(N, 4, generator=random, dtype=torch.float64),
        torch.randint(0, 3, (N,), generator=random),
        Membership(environment, E),
        shared=True,
    )


def model(dropout: float = 0.0) -> Model:
    torch.manual_seed(0)
    body = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Dropout(dropout))
    return Model(body, nn.Linear(5, 3)).double()


def gradient(
    pieces: Sequence[Batch], objectives: Sequence[str], dropout: float = 0.0
) -> tuple[torch.Tensor, list[Terms]]:
    """Of one model per objective, stacked where there are several."""
    every = [Candidate(objective=name, penalty_weight=10.0, seed=0, left_out=None) for name in objectives]
    learner = learner_of([model(dropout) for _ in every], torch.device("cpu"))
    weights = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.float64).expand(len(every), -1)
    strength = torch.full((len(every),), 10.0, dtype=torch.float64)
    torch.manual_seed(7)
    return backward(learner, pieces, grouped(every, weights), LOSSES["cross_entropy"], strength)


@pytest.mark.parametrize("rows", [1, 7, 39])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_pieces_give_the_gradient_of_the_whole(name: str, rows: int) -> None:
    """Also where a piece lacks an environment, as the first and the last always do."""
    expected, whole = gradient([batch()], [name])
    found, pieces = gradient(batch().split(rows), [name])
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(pieces[0].penalty, whole[0].penalty)


def test_pieces_of_a_stack_of_all_objectives() -> None:
    names = tuple(OBJECTIVES)
    expected, _ = gradient([batch()], names)
    found, _ = gradient(batch().split(7), names)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)
    for row, name in zip(expected, names, strict=True):
        torch.testing.assert_close(row, gradient([batch()], [name])[0][0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_both_passes_drop_the_same_units(name: str) -> None:
    """As one graph over all pieces, each with the units that it dropped in the first pass."""
    pieces, objective, one = batch().split(7), OBJECTIVES[name], model(dropout=0.5)
    torch.manual_seed(7)
    sums = [
        objective.sums(
            Rows(*one.outputs_and_features(piece.inputs), piece.targets, piece.membership),
            LOSSES["cross_entropy"],
        )
        for piece in pieces
    ]
    totals = {key: torch.stack([part[key] for part in sums]).sum(0) for key in sums[0]}
    weights = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    terms = objective.terms(totals, weights, torch.zeros_like(weights))
    ((terms.risk + 10 * terms.penalty) / 10).backward()
    expected = torch.cat([parameter.grad.flatten() for parameter in one.parameters()])  # type: ignore[union-attr]
    found, _ = gradient(pieces, [name], dropout=0.5)
    torch.testing.assert_close(found[0], expected, rtol=1e-9, atol=1e-12)
