"""Candidates: everything a plan compares, the control tuned as the rest."""

import pytest

from irm_core.errors import UsageError
from irm_core.training.candidate import Candidate, candidates, configurations, learning_rate, tuning
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan(objectives=("vrex", "erm", "irm"), penalty_weights=(1.0, 10.0), seeds=(0, 1))
RATES = PLAN.model_copy(update={"learning_rate": (0.001, 0.01)})


def test_the_control_comes_first_and_once() -> None:
    assert list(configurations(PLAN)) == [
        ("erm", 0.0, None),
        ("vrex", 1.0, None),
        ("vrex", 10.0, None),
        ("irm", 1.0, None),
        ("irm", 10.0, None),
    ]


def test_every_learning_rate_is_tried_with_everything_the_control_too() -> None:
    every = list(configurations(RATES))
    assert every[:2] == [("erm", 0.0, 0.001), ("erm", 0.0, 0.01)]
    assert len(every) == 2 * len(list(configurations(PLAN)))


def test_a_candidate_for_every_configuration_seed_and_fold() -> None:
    every = list(candidates(RATES, ("a", "b", "c")))
    assert len(set(every)) == len(every) == 10 * 2 * 3
    assert {tuning(one) for one in every} == set(configurations(RATES))


def test_a_candidate_has_its_own_learning_rate_or_the_plans_only_one() -> None:
    silent = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out=None)
    assert learning_rate(silent, PLAN) == PLAN.learning_rate
    assert learning_rate(silent.model_copy(update={"learning_rate": 0.5}), RATES) == 0.5
    with pytest.raises(UsageError, match="several learning rates"):
        learning_rate(silent, RATES)
