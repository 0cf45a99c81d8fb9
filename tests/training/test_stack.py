"""K candidates trained together are K candidates trained alone."""

from dataclasses import replace

import pytest
import torch

from irm_core.objectives import OBJECTIVES
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.loop import train, train_stack
from irm_core.training.models import Architecture, build
from irm_core.training.plan import TrainingPlan

TRAINING = ("north", "south", "east")
PLAN = TrainingPlan(steps=12, warmup_steps=4, batch_size=16, record_every=3, device="cpu")
WEIGHTS = {"erm": 0.0, "irm": 1e3, "group_dro": 1e2}


def candidates(objectives: tuple[str, ...]) -> list[Candidate]:
    """Different seeds, penalty weights and left-out environments."""
    return [
        Candidate(objective=name, penalty_weight=WEIGHTS.get(name, 3.0), seed=seed, left_out=left_out)
        for name in objectives
        for seed, left_out in ((0, None), (1, "south"), (1, "north"))
    ]


def of(examples: Examples, name: str) -> Architecture:
    return Architecture.model_validate(
        {"name": name, "input_shape": tuple(examples.inputs.shape[1:]), "outputs": 1, "hidden": (8,)}
    )


def assert_together_is_alone(
    examples: Examples, architecture: Architecture, plan: TrainingPlan, objectives: tuple[str, ...]
) -> None:
    every = candidates(objectives)
    alone, together = ([architecture.build(one.seed) for one in every] for _ in range(2))
    expected = [
        list(train(model, examples, one, plan, "squared_error", training=TRAINING))
        for model, one in zip(alone, every, strict=True)
    ]
    found = list(train_stack(together, examples, every, plan, "squared_error", training=TRAINING))
    for ours, theirs in zip(zip(*found, strict=True), expected, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert replace(one, risk={}, penalty={}) == replace(other, risk={}, penalty={})
            assert one.risk == pytest.approx(other.risk, rel=1e-4, abs=1e-6)
            assert one.penalty == pytest.approx(other.penalty, rel=1e-3, abs=1e-6)
    for model, twin in zip(together, alone, strict=True):
        torch.testing.assert_close(model.state_dict(), twin.state_dict(), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("batch_size", [16, None])
@pytest.mark.parametrize("balance", ["rows", "environments"])
def test_every_objective_at_once(shortcut: Examples, batch_size: int | None, balance: str) -> None:
    plan = PLAN.model_copy(update={"batch_size": batch_size, "balance": balance})
    assert_together_is_alone(shortcut, of(shortcut, "linear"), plan, tuple(OBJECTIVES))


@pytest.mark.parametrize("estimator", ["unbiased", "halves"])
def test_every_estimate_of_the_slope(shortcut: Examples, estimator: str) -> None:
    plan = PLAN.model_copy(update={"irm_estimator": estimator, "irm_dummies": "scale and bias"})
    assert_together_is_alone(shortcut, of(shortcut, "linear"), plan, ("irm", "irmx", "ib_irm", "erm"))


@pytest.mark.parametrize("name", ["linear", "mlp", "convnet"])
def test_every_model(shortcut: Examples, name: str) -> None:
    images = shortcut.inputs.repeat(1, 64).view(-1, 2, 8, 8).clamp(-3, 3)
    examples = replace(shortcut, inputs=images) if name == "convnet" else shortcut
    assert_together_is_alone(examples, of(examples, name), PLAN, ("erm", "irm"))


def test_embedded_categories(shortcut: Examples) -> None:
    """Also where every candidate draws rows of its own, and for objectives that look at the features."""
    index = torch.arange(len(shortcut.targets)).unsqueeze(1) % 5
    examples = replace(shortcut, inputs=torch.cat([shortcut.inputs, index], dim=1))
    architecture = Architecture(
        name="mlp", input_shape=(3,), outputs=1, hidden=(8,), categories={2: 6}, embedding=3
    )
    assert_together_is_alone(examples, architecture, PLAN, ("erm", "irm", "coral", "fishr"))


def test_one_that_diverges_leaves_the_others_alone(shortcut: Examples) -> None:
    wild = Candidate(objective="spectral_decoupling", penalty_weight=1.0, seed=0, left_out=None)
    calm = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out=None)
    models = [build("linear", (2,), 1, (), 0) for _ in range(2)]
    with torch.no_grad():
        next(models[0].parameters()).fill_(torch.nan)
    *_, (first, second) = train_stack(
        models, shortcut, [wild, calm], PLAN, "squared_error", training=TRAINING
    )
    assert (first.status, second.status) == ("diverged", "finished")
    assert all(parameter.isfinite().all() for parameter in models[1].parameters())
