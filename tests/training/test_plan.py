"""A plan refuses what does not fit together."""

from typing import Any

import pytest
from pydantic import ValidationError

from irm_core.training.plan import TrainingPlan


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": 100}, r"warmup_steps \(100\) must be less than steps \(100\)"),
        (
            {"steps": 200, "penalty_schedule": "ramp"},
            r"warmup_steps \+ ramp_steps \(200\) must be less than steps \(200\)",
        ),
        ({"learning_rate_warmup": 100}, r"learning_rate_warmup \(100\) must be less than 100"),
        (
            {"learning_rate_warmup": 500, "restart": False},
            r"learning_rate_warmup \(500\) must be less than 500",
        ),
        ({"model": "mlp", "weights": "resnet18.pth"}, "weights are those of a ResNet.*not mlp"),
        ({"model": "linear", "embedding": 4}, "embedding is for model: mlp, not linear"),
        ({"model": "resnet18", "trained": "head"}, "head needs weights"),
    ],
)
def test_what_does_not_fit_together_is_said(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TrainingPlan(**changes)


@pytest.mark.parametrize(("said", "rates"), [(0.01, (0.01,)), ([0.01, 0.1], (0.01, 0.1)), ([0.01], (0.01,))])
def test_one_learning_rate_or_several(said: Any, rates: tuple[float, ...]) -> None:
    plan = TrainingPlan.model_validate({"learning_rate": said})
    assert plan.learning_rates == rates
    assert TrainingPlan.model_validate_json(plan.model_dump_json()) == plan


@pytest.mark.parametrize("said", [0, -1.0, [], [0.1, 0], "fast"])
def test_a_learning_rate_that_is_none_is_refused(said: Any) -> None:
    with pytest.raises(ValidationError, match="learning_rate"):
        TrainingPlan.model_validate({"learning_rate": said})


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": 101},
        {"steps": 201, "penalty_schedule": "ramp"},
        {"steps": 1, "penalty_schedule": "constant"},
    ],
)
def test_one_step_with_the_whole_penalty_is_enough(changes: dict[str, Any]) -> None:
    assert sum(TrainingPlan(**changes).penalty_steps) == changes["steps"] - 1


def test_weights_of_a_resnet_are_taken() -> None:
    plan = TrainingPlan(model="resnet50", weights="resnet50.safetensors", trained="head")
    assert TrainingPlan.model_validate_json(plan.model_dump_json()) == plan
