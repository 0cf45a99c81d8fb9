"""Rows in ragged environments, one of them without any."""

import pytest
import torch

from irm_core.training.examples import Examples

NAMES = ("north", "south", "east", "empty")
SIZES = (90, 40, 17, 0)


@pytest.fixture
def ragged() -> Examples:
    """Three features, weights, and a slope and a noise for every environment, in double precision."""
    random = torch.Generator().manual_seed(0)
    membership = torch.arange(4).repeat_interleave(torch.tensor(SIZES))
    membership = membership[torch.randperm(len(membership), generator=random)]
    inputs = torch.randn(len(membership), 3, generator=random, dtype=torch.float64)
    noise = torch.randn(len(membership), generator=random, dtype=torch.float64)
    slope = torch.tensor([1.0, 0.3, -0.5, 9.0], dtype=torch.float64)[membership]
    targets = inputs[:, 0] + slope * inputs[:, 1] + (0.2 + slope.abs()) * noise
    validation = torch.rand(len(membership), generator=random) < 0.25
    weights = 0.5 + torch.rand(len(membership), generator=random, dtype=torch.float64)
    return Examples(inputs, targets, membership, validation, NAMES, weights)
