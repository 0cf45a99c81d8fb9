"""Stacks: every candidate trained once, with others of its own fold only."""

import pytest

from irm_core.evaluation import folds
from irm_core.evaluation.fold import prepare
from irm_core.evaluation.stack import Stack, stacks
from irm_core.training.candidate import Candidate, candidates
from irm_core.training.plan import TrainingPlan
from irm_core.training.stacking import ROWS

PLAN = TrainingPlan(objectives=("irm", "vrex"), penalty_weights=(1.0, 10.0), seeds=(0, 1), device="cpu")


@pytest.fixture
def every(version) -> tuple[Candidate, ...]:
    """Ten candidates on each of three folds."""
    return tuple(candidates(PLAN, version.training))


@pytest.mark.parametrize(("at_once", "sizes"), [(1, [1] * 10), (4, [3, 3, 4]), (6, [5, 5]), (99, [10])])
def test_stacks_are_as_few_as_may_be_and_alike_in_size(rows, version, schema, every, at_once, sizes):
    plan = PLAN.model_copy(update={"batch_size": ROWS["cpu"] // at_once // 4})
    found = list(stacks(rows, version, schema, every, plan))
    assert [len(one.candidates) for one in found] == sizes * 3


def test_every_candidate_is_in_one_stack_in_its_order_with_its_fold(rows, version, schema, every):
    found = list(stacks(rows, version, schema, every, PLAN))
    assert [one for some in found for one in some.candidates] == sorted(
        every, key=lambda one: version.training.index(one.left_out)
    )
    for one in found:
        assert {candidate.left_out for candidate in one.candidates} == {one.fold.left_out}


def test_a_fold_is_encoded_once_and_not_before_it_is_asked_for(rows, version, schema, every, monkeypatch):
    encoded = []
    monkeypatch.setattr(
        folds, "prepare", lambda *given, **more: encoded.append(given[-1]) or prepare(*given, **more)
    )
    plan = PLAN.model_copy(update={"batch_size": ROWS["cpu"]})
    found = stacks(rows, version, schema, every, plan)
    assert encoded == []
    seen = [(next(found).fold.left_out, list(encoded)) for _ in range(11)]
    assert seen == [("a", ["a"])] * 10 + [("b", ["a", "b"])]


def test_linear_candidates_on_moments_are_together_and_apart_from_those_that_need_rows(rows, version, schema):
    plan = PLAN.model_copy(
        update={"model": "linear", "batch_size": None, "objectives": ("irm", "fishr", "vrex")}
    )
    every = [one for one in candidates(plan, version.training) if one.left_out == "a"]
    together, apart = stacks(rows, version, schema, every, plan)
    assert {one.objective for one in together.candidates} == {"erm", "irm", "vrex"}
    assert {one.objective for one in apart.candidates} == {"fishr"}
    assert len(together.candidates) + len(apart.candidates) == len(every)


def test_a_candidate_of_another_fold_is_refused(rows, version, schema):
    erm = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out="b")
    with pytest.raises(ValueError, match=r"'a'.*'b'"):
        Stack(prepare(rows, version, schema, "a"), (erm,))
