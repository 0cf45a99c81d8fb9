"""The penalty's weight, and the value that is minimised."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from irm_core.training.plan import TrainingPlan
from irm_core.training.schedule import penalty_weight, shares

SCHEDULES = ("step", "ramp", "constant")


def weight_at(step: int, weight: float, schedule: str) -> float:
    plan = TrainingPlan(penalty_schedule=schedule, steps=20, warmup_steps=4, ramp_steps=3)
    return penalty_weight(step, torch.tensor([weight], dtype=torch.float64), plan).item()


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("step", [1, 1, 1, 1, 1e4, 1e4, 1e4, 1e4, 1e4]),
        ("ramp", [1, 1, 1, 1, 1e1, 1e2, 1e3, 1e4, 1e4]),
        ("constant", [1e4] * 9),
    ],
)
def test_a_large_weight_step_by_step(schedule: str, expected: list[float]) -> None:
    assert [weight_at(step, 1e4, schedule) for step in range(1, 10)] == pytest.approx(expected)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("weight", [0.0, 0.1, 1.0])
def test_a_weight_up_to_one_holds_from_the_first_step(schedule: str, weight: float) -> None:
    assert [weight_at(step, weight, schedule) for step in range(1, 21)] == [weight] * 20


@given(st.sampled_from(SCHEDULES), st.floats(0, 1e6))
def test_no_weight_ever_falls_and_the_last_is_what_was_asked_for(schedule: str, weight: float) -> None:
    every = [weight_at(step, weight, schedule) for step in range(1, 21)]
    assert every == sorted(every)
    assert every[-1] == weight


def test_a_large_weight_does_not_make_the_objective_large() -> None:
    of_risk, of_penalty = shares(torch.tensor([0.0, 0.5, 4.0]))
    assert of_risk.tolist() == [1.0, 1.0, 0.25]
    assert of_penalty.tolist() == [0.0, 0.5, 1.0]
