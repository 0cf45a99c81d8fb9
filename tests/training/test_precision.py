"""bfloat16 inside the model, float32 outside: near enough, for one model and for a stack of them."""

from dataclasses import replace

import pytest
import torch

from irm_core.training.batches import Batch, batches, training_rows
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.learner import Learner, learner_of
from irm_core.training.loop import train_stack
from irm_core.training.models import build
from irm_core.training.plan import TrainingPlan

CPU = torch.device("cpu")
PLAN = TrainingPlan(steps=200, warmup_steps=20, batch_size=32, device="cpu", learning_rate=1e-2)
TRAINING = ("north", "south", "east")
SHAPES = {"linear": (2,), "mlp": (2,), "convnet": (2, 8, 8)}


def candidates(K: int) -> list[Candidate]:
    return [Candidate(objective="irm", penalty_weight=10.0, seed=seed, left_out=None) for seed in range(K)]


def learner(name: str, K: int, precision: str) -> Learner:
    return learner_of([build(name, SHAPES[name], 1, (8,), seed) for seed in range(K)], CPU, precision)


def examples_for(name: str, examples: Examples) -> Examples:
    if name != "convnet":
        return examples
    return replace(examples, inputs=examples.inputs.repeat(1, 64).view(-1, *SHAPES[name]))


def batch_of(examples: Examples, K: int) -> Batch:
    rows = training_rows(examples, torch.ones(4, dtype=torch.bool), CPU)
    return next(iter(batches(rows, candidates(K), PLAN)))


@pytest.mark.parametrize("K", [1, 3])
@pytest.mark.parametrize("name", SHAPES)
def test_outputs_and_gradients_are_float32_and_near(shortcut: Examples, name: str, K: int) -> None:
    batch, found = batch_of(examples_for(name, shortcut), K), {}
    for precision in ("float32", "bfloat16"):
        one = learner(name, K, precision)
        outputs, features = one.forward(batch)
        assert outputs.dtype == features.dtype == torch.float32
        found[precision] = outputs.detach(), one.gradient([outputs.square().mean()])
    for exact, rounded in zip(*found.values(), strict=True):
        assert not torch.equal(exact, rounded)
        torch.testing.assert_close(rounded, exact, rtol=0.05, atol=0.05)


@pytest.mark.parametrize("K", [1, 2])
def test_it_learns_what_float32_learns(shortcut: Examples, K: int) -> None:
    risks = {}
    for precision in ("float32", "bfloat16"):
        models = [build("linear", (2,), 1, (), seed) for seed in range(K)]
        plan = PLAN.model_copy(update={"precision": precision})
        *_, last = train_stack(models, shortcut, candidates(K), plan, "squared_error", training=TRAINING)
        assert {one.status for one in last} == {"finished"}
        assert {parameter.dtype for model in models for parameter in model.parameters()} == {torch.float32}
        risks[precision] = [value for one in last for value in one.risk.values()]
    assert risks["bfloat16"] == pytest.approx(risks["float32"], rel=0.05)
