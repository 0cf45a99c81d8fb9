"""Small steps are stacked; large ones on a CPU, and what memory does not hold, are not."""

from dataclasses import replace

import pytest
import torch

from irm_core.training import activations, stacking
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.models import build
from irm_core.training.plan import TrainingPlan
from irm_core.training.stacking import candidates_at_once, candidates_at_once_on_moments, learns_from_moments


@pytest.mark.parametrize(
    ("batch_size", "expected"), [(256, 32), (64, 128), (8192, 1), (100_000, 1), (None, 81)]
)
def test_as_many_as_the_rows_of_a_step_allow(
    shortcut: Examples, batch_size: int | None, expected: int
) -> None:
    """400 rows of four environments."""
    plan, model = TrainingPlan(batch_size=batch_size, device="cpu"), build("mlp", (2,), 1, (64, 64), 0)
    assert candidates_at_once(plan, shortcut, model) == expected


@pytest.mark.parametrize(("side", "expected"), [(8, 64), (224, 1)])
def test_large_images_are_trained_one_candidate_at_a_time(
    shortcut: Examples, side: int, expected: int
) -> None:
    images = torch.zeros(1, dtype=torch.uint8).expand(400, 3, side, side)
    plan, model = TrainingPlan(batch_size=128, device="cpu"), build("convnet", (3, side, side), 1, (), 0)
    assert candidates_at_once(plan, replace(shortcut, inputs=images), model) == expected


def test_large_models_are_stacked_as_far_as_their_parameters_fit(
    shortcut: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million parameters: 32 MB with gradient and moments, of a quarter of one gigabyte."""
    for one in (activations, stacking):
        monkeypatch.setattr(one, "available", lambda _: 2**30)
    plan, model = TrainingPlan(batch_size=16, device="cpu"), build("mlp", (2,), 1, (1000, 1000), 0)
    assert candidates_at_once(plan, shortcut, model) == 8


@pytest.mark.parametrize(
    ("rows", "features", "expected"), [(400, 2, 2048), (40_000, 2, 2048), (400, 62, 128)]
)
def test_moments_are_as_many_however_many_rows_there_are(
    shortcut: Examples, rows: int, features: int, expected: int
) -> None:
    """Of four environments: D + 2 rows of products each."""
    examples = replace(shortcut, inputs=torch.zeros(rows, features))
    plan = TrainingPlan(batch_size=None, device="cpu")
    assert candidates_at_once_on_moments(plan, examples) == expected


@pytest.mark.parametrize(
    ("objective", "model", "change", "expected"),
    [
        ("irm", "linear", {}, True),
        ("irm", "linear", {"irm_estimator": "unbiased"}, False),
        ("fishr", "linear", {}, False),
        ("irm", "mlp", {}, False),
        ("irm", "linear", {"batch_size": 64}, False),
    ],
    ids=str,
)
def test_what_learns_from_moments(
    shortcut: Examples, objective: str, model: str, change: dict[str, object], expected: bool
) -> None:
    plan = TrainingPlan(batch_size=None).model_copy(update=change)
    one = Candidate(objective=objective, penalty_weight=1.0, seed=0, left_out=None)
    found = learns_from_moments(one, plan, shortcut, "squared_error", build(model, (2,), 1, (4,), 0))
    assert found is expected


def test_at_least_one_is_trained(shortcut: Examples, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (activations, stacking):
        monkeypatch.setattr(one, "available", lambda _: 0)
    model = build("mlp", (2,), 1, (64,), 0)
    assert candidates_at_once(TrainingPlan(device="cpu"), shortcut, model) == 1
