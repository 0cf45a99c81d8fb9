"""Examples to train on, whose causes and effects are known."""

import pytest
import torch

from irm_core.training.examples import Examples

ENVIRONMENTS = ("north", "south", "east", "held out")


@pytest.fixture
def shortcut() -> Examples:
    """x₀ causes the label; x₁ is caused by it, with a noise that depends on the environment."""
    return _cause_and_effect(rows=400)


@pytest.fixture
def large_shortcut() -> Examples:
    """The same, with rows enough for validation to measure a penalty."""
    return _cause_and_effect(rows=8000)


def _cause_and_effect(rows: int) -> Examples:
    random = torch.Generator().manual_seed(0)
    membership = torch.arange(rows) % len(ENVIRONMENTS)
    noise = torch.tensor([0.1, 0.5, 1.0, 8.0])[membership]
    cause = torch.randn(rows, generator=random)
    label = cause + torch.randn(rows, generator=random)
    effect = label + noise * torch.randn(rows, generator=random)
    validation = torch.rand(rows, generator=random) < 0.2
    return Examples(torch.stack([cause, effect], dim=1), label, membership, validation, ENVIRONMENTS)
