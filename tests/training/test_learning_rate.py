"""How long each step is, and when the optimizer begins again."""

from itertools import pairwise
from typing import Any

import pytest
import torch

from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.learning_rate import elapsed, learning_rate_share
from irm_core.training.loop import train
from irm_core.training.models import build
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan(steps=10, warmup_steps=4, record_every=1, batch_size=None, device="cpu")


def plan(**changes: Any) -> TrainingPlan:
    return TrainingPlan.model_validate(PLAN.model_dump() | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [1] * 10),
        ({"learning_rate_warmup": 3}, [0.25, 0.5, 0.75, 1, 0.25, 0.5, 0.75, 1, 1, 1]),
        ({"learning_rate_warmup": 3, "restart": False}, [0.25, 0.5, 0.75] + [1] * 7),
        (
            {
                "learning_rate_schedule": "cosine"
            },  # of 4 steps: the cosines of 0°, 45°, 90°, 135°; of 6 steps: of 30°
            [1, 0.85355, 0.5, 0.14645, 1, 0.93301, 0.75, 0.5, 0.25, 0.06699],
        ),
        (
            {"learning_rate_schedule": "cosine", "learning_rate_warmup": 1, "warmup_steps": 0, "steps": 5},
            [0.5, 1, 0.85355, 0.5, 0.14645],
        ),
    ],
)
def test_the_share_step_by_step(changes: dict[str, Any], expected: list[float]) -> None:
    one = plan(**changes)
    found = [learning_rate_share(step, one) for step in range(1, one.steps + 1)]
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({}, [1, 5]),
        ({"restart": False}, [1]),
        ({"warmup_steps": 0}, [1]),
        ({"penalty_schedule": "constant"}, [1]),
        ({"penalty_schedule": "ramp", "ramp_steps": 2}, [1, 5]),
    ],
)
def test_when_the_optimizer_begins_again(changes: dict[str, Any], begins: list[int]) -> None:
    one = plan(**changes)
    assert [step for step in range(1, one.steps + 1) if elapsed(step, one)[0] == 0] == begins


def moved(shortcut: Examples, objective: str, one: TrainingPlan) -> list[float]:
    """How far some parameter went in each step. The first step of Adam is as long as the learning rate."""
    model = build("linear", (2,), 1, (), seed=0)
    weight = 0.0 if objective == "erm" else 100.0
    candidate = Candidate(objective=objective, penalty_weight=weight, seed=0, left_out=None)

    def parameters() -> torch.Tensor:
        return torch.nn.utils.parameters_to_vector(model.parameters()).detach().clone()

    steps = train(model, shortcut, candidate, one, "squared_error", training=("north", "south"))
    places = [parameters(), *(parameters() for _ in steps)]
    return [float((after - before).abs().max()) for before, after in pairwise(places)]


@pytest.mark.parametrize("objective", ["erm", "irm"])
def test_steps_are_as_long_as_the_schedule_says(shortcut: Examples, objective: str) -> None:
    """For the control as for others; at the restart, as long as at the beginning."""
    found = moved(shortcut, objective, plan(learning_rate_schedule="cosine", learning_rate=0.01))
    assert [found[0], found[4]] == pytest.approx([0.01, 0.01], rel=1e-3)
    assert max(found[3], found[9]) < 0.3 * 0.01
