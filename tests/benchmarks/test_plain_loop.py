"""The loop that everything is measured against minimises the objective that we do."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from benchmarks import plain_loop
from irm_core.objectives import OBJECTIVES
from irm_core.objectives.law import Rows
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership

COUNT = 3
LOOPED = {"binary_cross_entropy": binary_cross_entropy_with_logits, "squared_error": mse_loss}


@pytest.fixture
def rows() -> tuple[Tensor, Tensor]:
    """Outputs and targets, of four rows of each environment."""
    random = torch.Generator().manual_seed(0)
    outputs = torch.randn(4 * COUNT, dtype=torch.float64, generator=random)
    return outputs, torch.randint(0, 2, outputs.shape, generator=random).double()


@pytest.mark.parametrize("loss", LOOPED)
@pytest.mark.parametrize("weight", [0.5, 100.0])
def test_its_value_is_irm(rows: tuple[Tensor, Tensor], loss: str, weight: float) -> None:
    outputs, targets = rows
    membership = Membership(torch.arange(COUNT).repeat_interleave(4), COUNT)
    ones = torch.ones(COUNT)
    irm, seen = OBJECTIVES["irm"], Rows(outputs.unsqueeze(1), outputs.unsqueeze(1), targets, membership)
    terms = irm.terms(irm.sums(seen, LOSSES[loss]), ones, torch.zeros(COUNT))
    environments = plain_loop.parted(outputs.unsqueeze(1), targets, COUNT)
    found = plain_loop.objective(lambda logits: logits, environments, LOOPED[loss], weight)
    torch.testing.assert_close(found, (terms.risk + weight * terms.penalty) / max(1.0, weight))


def test_it_trains(rows: tuple[Tensor, Tensor]) -> None:
    outputs, targets = rows
    environments = plain_loop.parted(outputs.unsqueeze(1), targets, COUNT)
    model = nn.Linear(1, 1).double()
    nn.init.zeros_(model.weight)

    def value() -> float:
        return plain_loop.objective(model, environments, binary_cross_entropy_with_logits, 1.0).item()

    before = value()
    plain_loop.train(model, lambda: environments, binary_cross_entropy_with_logits, [1.0] * 20, 0.1)
    assert value() < before
