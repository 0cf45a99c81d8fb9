"""Folds: each training environment left out once, and refused when there are too few."""

import pytest

from irm_core.data.folds import folds
from irm_core.errors import UsageError
from irm_core.evaluation.leave_one_out import leave_one_out
from irm_core.training.plan import TrainingPlan


def test_every_configuration_leaves_out_every_environment_once_per_seed_and_never_a_hold_out(made_version):
    plan = TrainingPlan(objectives=("irm",), penalty_weights=(1.0, 10.0), seeds=(0, 1))
    made = leave_one_out(plan, made_version("a", "b", "c", hold_out=("d",)))
    assert len(set(made)) == len(made) == 3 * 3 * 2
    assert {one.left_out for one in made} == {"a", "b", "c"}
    assert made[0].objective == "erm"


@pytest.mark.parametrize(
    ("training", "said"),
    [
        ((), "only 0 environments"),
        (("a",), "only 1 environment (a)"),
        (("a", "b"), "only 2 environments (a, b)"),
    ],
)
def test_too_few_environments_are_refused_with_the_alternatives(made_version, training, said):
    with pytest.raises(UsageError) as refusal:
        folds(made_version(*training, hold_out=("va",)))
    assert said in str(refusal.value)
    assert "--split" in str(refusal.value)
    assert "take from holdOut: va" in str(refusal.value)
