"""What it is for: a colour predicts better than the cause, until it turns round (Arjovsky et al. 2019)."""

import pytest
import torch

from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.forward import outputs
from irm_core.training.loop import train_stack
from irm_core.training.models import build
from irm_core.training.plan import TrainingPlan

ROWS = 1500  # of each environment
FLIPPED = {"10 %": 0.1, "20 %": 0.2, "90 %": 0.9}  # how often the colour contradicts the label
PLAN = TrainingPlan(batch_size=256, steps=250, warmup_steps=50, learning_rate=1e-2, device="cpu")
WEIGHTS = {"erm": 0.0, "irm": 1e3, "vrex": 1e3, "irmx": 1e3, "iga": 1e3, "fishr": 1e4}


def coloured() -> Examples:
    """The cause agrees with the label in 75 % of all rows, everywhere."""
    random = torch.Generator().manual_seed(0)
    environment = torch.arange(len(FLIPPED)).repeat_interleave(ROWS)
    flipped = torch.tensor(list(FLIPPED.values()))[environment]
    cause = torch.randint(0, 2, environment.shape, generator=random)
    label = cause ^ (torch.rand(environment.shape, generator=random) < 0.25).long()
    colour = label ^ (torch.rand(environment.shape, generator=random) < flipped).long()
    inputs = torch.stack([cause, colour], dim=1) * 2.0 - 1
    return Examples(inputs, label, environment, torch.zeros_like(label).bool(), tuple(FLIPPED))


@pytest.fixture(scope="module")
def accuracies() -> dict[str, float]:
    """In the environment that was not trained on, by objective."""
    examples, names = coloured(), list(WEIGHTS)
    candidates = [
        Candidate(objective=name, penalty_weight=weight, seed=0, left_out="90 %")
        for name, weight in WEIGHTS.items()
    ]
    models = [build("mlp", (2,), 1, (16,), one.seed) for one in candidates]
    for _ in train_stack(
        models, examples, candidates, PLAN, "binary_cross_entropy", training=examples.environments
    ):
        pass
    unseen = examples.membership == 2
    right = [(outputs(model, examples.inputs)[:, 0] > 0) == examples.targets.bool() for model in models]
    return {name: float(one[unseen].float().mean()) for name, one in zip(names, right, strict=True)}


def test_erm_follows_the_colour(accuracies: dict[str, float]) -> None:
    assert accuracies["erm"] < 0.15


@pytest.mark.parametrize("name", [name for name in WEIGHTS if name != "erm"])
def test_invariant_objectives_follow_the_cause(accuracies: dict[str, float], name: str) -> None:
    assert accuracies[name] > 0.7
