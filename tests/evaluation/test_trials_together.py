"""Trials of candidates that are trained together: each as if it were alone."""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import numpy as np
import pytest
import torch

from irm_core.data import allocation
from irm_core.evaluation.fold import prepare
from irm_core.evaluation.records import Trial
from irm_core.evaluation.stack import Stack
from irm_core.evaluation.trial import run_fold, run_stack, run_trial
from irm_core.training import loop, stacking
from irm_core.training.candidate import Candidate, candidates
from irm_core.training.plan import TrainingPlan


def candidate(objective: str, penalty_weight: float, seed: int = 0) -> Candidate:
    return Candidate(objective=objective, penalty_weight=penalty_weight, seed=seed, left_out="c")


ERM = candidate("erm", 0.0)


def test_on_moments_trials_are_those_on_rows(rows, version, schema, monkeypatch, base):
    plan = base.model_copy(update={"early_stopping": 5})
    every = [ERM, candidate("irm", 10.0), candidate("vrex", 100.0, seed=1)]
    on_moments = run_fold(rows, version, schema, every, plan)
    for module in (loop, stacking):
        monkeypatch.setattr(module, "is_linear", lambda _: False)
    on_rows = run_fold(rows, version, schema, every, plan)
    for (ours, predictor), (theirs, twin) in zip(on_moments, on_rows, strict=True):
        assert (ours.candidate, ours.status) == (theirs.candidate, theirs.status)
        for name, metrics in ours.metrics.items():
            assert metrics.risk == pytest.approx(theirs.metrics[name].risk, rel=1e-4)
        assert [one.step for one in ours.curve] == [one.step for one in theirs.curve]
        torch.testing.assert_close(
            predictor.model.state_dict(), twin.model.state_dict(), rtol=1e-3, atol=1e-4
        )


@pytest.mark.parametrize("batch_size", [None, 16])
def test_numbers_in_a_file_train_the_same_model(rows, version, schema, batch_size, monkeypatch, base):
    plan = base.model_copy(update={"batch_size": batch_size, "model": "mlp", "hidden": (4,), "steps": 40})
    every = [ERM, candidate("irm", 10.0, seed=1)]
    found = {}
    for budget in ("1GB", "0"):
        monkeypatch.setenv(allocation.BUDGET, budget)
        fold = prepare(rows, version, schema, left_out="c")
        assert isinstance(fold.features.transform(rows.frame), np.memmap) is (budget == "0")
        found[budget] = run_stack(Stack(fold, tuple(every)), plan)
    for (ours, predictor), (theirs, twin) in zip(*found.values(), strict=True):
        assert ours.model_dump(exclude={"seconds"}) == theirs.model_dump(exclude={"seconds"})
        for one, other in zip(predictor.model.parameters(), twin.model.parameters(), strict=True):
            assert torch.equal(one, other)


def test_candidates_of_several_learning_rates_are_trained_together(rows, version, schema, base):
    """Each as alone under a plan of its own rate only."""
    plan = base.model_copy(update={"learning_rate": (0.001, 0.05)})
    some = [one for one in candidates(plan, version.training) if one.left_out == "c"]
    assert [(one.objective, one.learning_rate) for one in some] == [
        ("erm", 0.001),
        ("erm", 0.05),
        ("irm", 0.001),
        ("irm", 0.05),
    ]
    for trial, predictor in run_fold(rows, version, schema, some, plan):
        rate = trial.candidate.learning_rate
        assert predictor.provenance["candidate"]["learning_rate"] == rate
        one = trial.candidate.model_copy(update={"learning_rate": None})
        alone, _ = run_trial(rows, version, schema, one, base.model_copy(update={"learning_rate": rate}))
        assert_alike(trial.model_copy(update={"candidate": one}), alone)


SOUND = (ERM, candidate("irm", 1.0), candidate("irm", 100.0), candidate("vrex", 1.0, seed=1))
DIVERGES = candidate("vrex", 1e39)  # more than a float32 can say
COLLAPSES = candidate("ib_erm", 1e3)  # features must hardly vary


@pytest.fixture
def small(base) -> TrainingPlan:
    return base.model_copy(update={"model": "mlp", "hidden": (4,), "steps": 120})


@pytest.mark.parametrize("batch_size", [None, 32], ids=["all rows", "minibatches"])
def test_trained_together_each_is_as_alone(rows, version, schema, batch_size, small):
    plan = small.model_copy(update={"batch_size": batch_size})
    every = (*SOUND, DIVERGES, COLLAPSES)
    together = run_fold(rows, version, schema, every, plan)
    for one, (trial, predictor) in zip(every, together, strict=True):
        alone, other = run_trial(rows, version, schema, one, plan)
        assert_alike(trial, alone)
        assert predictor.provenance == other.provenance
        if trial.status == "ok":
            for mine, theirs in zip(predictor.model.parameters(), other.model.parameters(), strict=True):
                torch.testing.assert_close(mine, theirs, rtol=1e-3, atol=1e-4)


def assert_alike(trial: Trial, other: Trial) -> None:
    """The same trial, up to rounding and the clock."""
    assert (trial.candidate, trial.status, trial.reason) == (other.candidate, other.status, other.reason)
    assert trial.metrics.keys() == other.metrics.keys()
    for name, found in trial.metrics.items():
        assert found.model_dump() == pytest.approx(other.metrics[name].model_dump(), rel=1e-3, abs=1e-5)
    assert [one.step for one in trial.curve] == [one.step for one in other.curve]
    for mine, theirs in zip(trial.curve, other.curve, strict=True):
        for kind in ("risk", "score", "penalty"):
            assert getattr(mine, kind) == pytest.approx(getattr(theirs, kind), rel=1e-3, abs=1e-3)


def test_who_diverges_or_collapses_does_not_disturb_the_others(rows, version, schema, small):
    mixed = [DIVERGES, *SOUND[:2], COLLAPSES, *SOUND[2:]]
    statuses = ["diverged", "ok", "ok", "collapsed", "ok", "ok"]
    trials = [trial for trial, _ in run_fold(rows, version, schema, mixed, small)]
    assert [one.status for one in trials] == statuses
    assert trials[0].metrics == {}
    healthy = [trial for trial, _ in run_fold(rows, version, schema, SOUND, small)]
    for one, other in zip([one for one in trials if one.status == "ok"], healthy, strict=True):
        assert_alike(one, other)


def test_in_a_worker_thread_it_is_the_same_and_the_number_of_torch_threads_stays(rows, version, schema, base):
    with ThreadPoolExecutor(1) as worker:
        before = worker.submit(torch.get_num_threads).result()
        elsewhere = worker.submit(run_fold, rows, version, schema, SOUND, base).result()
        assert worker.submit(torch.get_num_threads).result() == before
    for (one, _), (other, _) in zip(elsewhere, run_fold(rows, version, schema, SOUND, base), strict=True):
        assert_alike(one, other)


def test_the_seconds_of_a_stack_are_shared(rows, version, schema, base):
    start = perf_counter()
    trials = [trial for trial, _ in run_fold(rows, version, schema, SOUND, base)]
    passed = perf_counter() - start
    assert len({one.seconds for one in trials}) == 1
    assert 0 < sum(one.seconds for one in trials) <= passed
