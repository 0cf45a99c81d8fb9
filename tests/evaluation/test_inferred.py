"""Training on inferred environments, judged in the declared ones."""

import pytest
import torch

from irm_core.evaluation.fold import prepare
from irm_core.evaluation.inferred import inferred_examples
from irm_core.evaluation.stack import stacks
from irm_core.evaluation.trial import run_stack
from irm_core.training.candidate import Candidate
from irm_core.training.inferred import INFERRED
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan(model="linear", steps=100, warmup_steps=20, batch_size=None, learning_rate=0.01)


def candidates(left_out: str | None) -> list[Candidate]:
    return [
        Candidate(objective=name, penalty_weight=weight, seed=0, left_out=left_out)
        for name, weight in (("erm", 0.0), ("irm", 10.0), ("vrex", 10.0))
    ]


@pytest.fixture
def judged(version):
    return version.model_copy(update={"inferred": True})


def test_the_control_trains_on_declared_environments_the_others_on_inferred(rows, judged, schema) -> None:
    control, others = stacks(rows, judged, schema, candidates("a"), PLAN)
    assert [one.objective for one in control.candidates] == ["erm"]
    assert control.training == judged.training
    assert [one.objective for one in others.candidates] == ["irm", "vrex"]
    assert others.training == INFERRED


@pytest.mark.parametrize("left_out", ["a", None])
def test_all_are_measured_in_the_declared_environments(rows, judged, schema, left_out) -> None:
    for stack in stacks(rows, judged, schema, candidates(left_out), PLAN):
        for trial, _ in run_stack(stack, PLAN):
            assert trial.status == "ok"
            assert list(trial.metrics) == ["a", "b", "c", "far"]


def test_neither_the_left_out_environment_nor_the_hold_out_is_looked_at(rows, judged, schema) -> None:
    fold = prepare(rows, judged, schema, "a")
    found = inferred_examples(fold, PLAN)
    kept = [name in ("a", "far") for name in fold.examples.environments]
    unseen = torch.tensor(kept)[fold.examples.membership]
    assert torch.equal(found.membership[unseen], fold.examples.membership[unseen])
    assert (found.membership[~unseen] >= len(fold.examples.environments)).all()


def test_the_control_is_the_one_of_the_declared_split(rows, version, judged, schema) -> None:
    (declared,) = stacks(rows, version, schema, candidates("a")[:1], PLAN)
    (inferred,) = stacks(rows, judged, schema, candidates("a")[:1], PLAN)
    assert run_stack(declared, PLAN)[0][0].metrics == run_stack(inferred, PLAN)[0][0].metrics
