"""A trial: trained on its fold alone, measured everywhere."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import perf_counter

import numpy as np
import polars as pl
import pytest
import torch

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data import allocation
from irm_core.data.rows import Rows
from irm_core.errors import IrmflowError
from irm_core.evaluation.fold import examples, prepare
from irm_core.evaluation.records import Trial
from irm_core.evaluation.selection import select
from irm_core.evaluation.stack import Stack
from irm_core.evaluation.trial import refit, run_fold, run_stack, run_trial
from irm_core.training import loop, stacking
from irm_core.training.candidate import Candidate, candidates
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan(
    objectives=("irm",),
    penalty_weights=(1.0,),
    seeds=(0,),
    model="linear",
    steps=200,
    warmup_steps=20,
    learning_rate=0.05,
    batch_size=None,
    device="cpu",
)


def candidate(objective: str, penalty_weight: float, seed: int = 0) -> Candidate:
    return Candidate(objective=objective, penalty_weight=penalty_weight, seed=seed, left_out="c")


ERM = candidate("erm", 0.0)


def changed(rows: Rows, where: pl.Expr) -> Rows:
    """The same rows, with labels of another world where `where` is true."""
    return Rows(rows.frame.with_columns(y=pl.when(where).then(-99 * pl.col("y") + 7).otherwise("y")), None)


def test_on_moments_trials_are_those_on_rows(rows, version, schema, monkeypatch):
    plan = PLAN.model_copy(update={"early_stopping": 5})
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
def test_numbers_in_a_file_train_the_same_model(rows, version, schema, batch_size, monkeypatch):
    plan = PLAN.model_copy(update={"batch_size": batch_size, "model": "mlp", "hidden": (4,), "steps": 40})
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


@pytest.fixture
def trial(rows, version, schema) -> Trial:
    return run_trial(rows, version, schema, ERM, PLAN)[0]


def test_it_is_measured_on_validation_rows_where_trained_and_on_all_rows_elsewhere(trial):
    assert {name: one.rows for name, one in trial.metrics.items()} == {"a": 20, "b": 20, "c": 100, "far": 100}


def test_erm_scores_well_where_it_trained_and_worse_where_the_slope_turns(trial):
    assert trial.status == "ok"
    assert trial.metrics["a"].score > 0.95
    assert trial.metrics["c"].score < trial.metrics["a"].score
    # squared label units: the noise of y has variance 1
    assert 0.3 < trial.metrics["a"].risk < 3


def test_the_metrics_are_those_of_the_predictor_that_comes_with_them(rows, version, schema):
    trial, predictor = run_trial(rows, version, schema, ERM, PLAN)
    left_out = rows.frame.filter(pl.col(ENVIRONMENT) == "c")
    errors = predictor.predict(left_out)["prediction"] - left_out["y"]
    assert trial.metrics["c"].risk == pytest.approx((errors**2).mean(), rel=1e-4)
    assert trial.metrics["c"].score == pytest.approx(
        1 - (errors**2).mean() / left_out["y"].var(ddof=0), rel=1e-4
    )


@pytest.mark.parametrize(
    "where",
    [pl.col(ENVIRONMENT) == "c", pl.col(ENVIRONMENT) == "far", pl.col(VALIDATION)],
    ids=["left out", "held out", "validation"],
)
def test_rows_not_trained_on_change_nothing_of_the_model(rows, version, schema, where):
    _, one = run_trial(rows, version, schema, ERM, PLAN)
    _, other = run_trial(changed(rows, where), version, schema, ERM, PLAN)
    assert one.target == other.target
    assert one.features == other.features
    for mine, theirs in zip(one.model.parameters(), other.model.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


def test_the_curve_has_every_environment_at_about_25_points_and_the_last(trial):
    steps = [one.step for one in trial.curve]
    assert steps == sorted(set(steps))
    assert 20 <= len(steps) <= 25
    assert steps[-1] == PLAN.steps
    last = trial.curve[-1]
    assert set(last.risk) == set(last.score) == set(last.penalty) == {"a", "b", "c", "far"}
    # fewer than 2,000 rows each: the last point is the final measurement
    assert last.risk == pytest.approx({name: one.risk for name, one in trial.metrics.items()})


def test_a_trial_survives_json(trial):
    assert Trial.model_validate_json(trial.model_dump_json()) == trial


def test_a_trial_that_diverges_says_so_and_has_no_metrics(rows, version, schema):
    plan = PLAN.model_copy(update={"learning_rate": 1e30})
    trial, _ = run_trial(rows, version, schema, ERM, plan)
    assert (trial.status, trial.metrics) == ("diverged", {})
    assert "not finite" in trial.reason
    assert Trial.model_validate_json(trial.model_dump_json()) == trial


def test_a_trial_that_collapses_says_so(rows, version, schema):
    flat = Rows(rows.frame.with_columns(x=pl.lit(1.0), z=pl.lit(1.0)), None)
    trial, _ = run_trial(flat, version, schema, ERM, PLAN)
    assert trial.status == "collapsed"
    assert trial.metrics["c"].score < 0.1


def test_candidates_of_several_learning_rates_are_trained_together(rows, version, schema):
    """Each as alone under a plan of its own rate only."""
    plan = PLAN.model_copy(update={"learning_rate": (0.001, 0.05)})
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
        alone, _ = run_trial(rows, version, schema, one, PLAN.model_copy(update={"learning_rate": rate}))
        assert_alike(trial.model_copy(update={"candidate": one}), alone)


def test_the_refit_has_the_learning_rate_that_was_selected(rows, version, schema):
    plan = PLAN.model_copy(update={"learning_rate": (1e-5, 0.05)})
    trials = [run_trial(rows, version, schema, one, plan)[0] for one in candidates(plan, version.training)]
    selection = select(trials, plan)
    assert selection.erm.learning_rate == 0.05
    trial, _ = refit(rows, version, schema, selection, plan)
    assert trial.candidate.learning_rate == selection.learning_rate


SOUND = (ERM, candidate("irm", 1.0), candidate("irm", 100.0), candidate("vrex", 1.0, seed=1))
DIVERGES = candidate("vrex", 1e39)  # more than a float32 can say
COLLAPSES = candidate("ib_erm", 1e3)  # features must hardly vary

SMALL = PLAN.model_copy(update={"model": "mlp", "hidden": (4,), "steps": 120})


@pytest.mark.parametrize("batch_size", [None, 32], ids=["all rows", "minibatches"])
def test_trained_together_each_is_as_alone(rows, version, schema, batch_size):
    plan = SMALL.model_copy(update={"batch_size": batch_size})
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


def test_who_diverges_or_collapses_does_not_disturb_the_others(rows, version, schema):
    mixed = [DIVERGES, *SOUND[:2], COLLAPSES, *SOUND[2:]]
    statuses = ["diverged", "ok", "ok", "collapsed", "ok", "ok"]
    trials = [trial for trial, _ in run_fold(rows, version, schema, mixed, SMALL)]
    assert [one.status for one in trials] == statuses
    assert trials[0].metrics == {}
    healthy = [trial for trial, _ in run_fold(rows, version, schema, SOUND, SMALL)]
    for one, other in zip([one for one in trials if one.status == "ok"], healthy, strict=True):
        assert_alike(one, other)


def test_in_a_worker_thread_it_is_the_same_and_the_number_of_torch_threads_stays(rows, version, schema):
    with ThreadPoolExecutor(1) as worker:
        before = worker.submit(torch.get_num_threads).result()
        elsewhere = worker.submit(run_fold, rows, version, schema, SOUND, PLAN).result()
        assert worker.submit(torch.get_num_threads).result() == before
    for (one, _), (other, _) in zip(elsewhere, run_fold(rows, version, schema, SOUND, PLAN), strict=True):
        assert_alike(one, other)


def test_the_seconds_of_a_stack_are_shared(rows, version, schema):
    start = perf_counter()
    trials = [trial for trial, _ in run_fold(rows, version, schema, SOUND, PLAN)]
    passed = perf_counter() - start
    assert len({one.seconds for one in trials}) == 1
    assert 0 < sum(one.seconds for one in trials) <= passed


def test_a_class_that_only_the_left_out_environment_has_is_judged_wrong(rows, version, schema):
    classes = (
        pl.when(pl.col(ENVIRONMENT) == "c")
        .then(pl.lit("new"))
        .otherwise(pl.when(pl.col("y") > 0).then(pl.lit("up")).otherwise(pl.lit("down")))
    )
    label = schema.label.model_copy(update={"logical_type": "string"})
    schema = schema.model_copy(update={"task": "classification", "label": label})
    trial, predictor = run_trial(Rows(rows.frame.with_columns(y=classes), None), version, schema, ERM, PLAN)
    assert predictor.target.classes == ("down", "new", "up")
    assert trial.metrics["c"].score == 0.0
    assert trial.metrics["a"].score > 0.9


def test_select_and_refit_on_all_training_environments(rows, version, schema):
    trials = [run_trial(rows, version, schema, one, PLAN)[0] for one in candidates(PLAN, version.training)]
    selection = select(trials, PLAN)
    trial, predictor = refit(rows, version, schema, selection, PLAN)
    assert trial.candidate.left_out is None
    assert {name: one.rows for name, one in trial.metrics.items()} == {"a": 20, "b": 20, "c": 20, "far": 100}
    assert predictor.provenance["trained_on"] == ["a", "b", "c"]
    assert predictor.provenance["data_version"] == "0123"
    failing = PLAN.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(IrmflowError, match="diverged on all environments together"):
        refit(rows, version, schema, selection, failing)


def test_a_row_of_weight_zero_is_not_there(rows, version, schema):
    """Neither for training, where all rows are taken, nor for judging."""
    every_other = pl.int_range(pl.len()) // 5 % 2 == 0  # both sides of the validation
    weighted = replace(rows, weights=rows.frame.select(every_other.cast(pl.Float64)).to_series().to_numpy())
    kept = Rows(rows.frame.filter(every_other), None)
    one = candidate("irm", 10.0)
    fold = prepare(rows, version, schema, "c")
    trials = [
        run_stack(
            Stack(replace(fold, examples=examples(own, version, fold.features, fold.target)), (one,)), PLAN
        )[0][0]
        for own in (weighted, kept)
    ]
    for name, expected in trials[1].metrics.items():
        assert trials[0].metrics[name].risk == pytest.approx(expected.risk, rel=1e-4)
        assert trials[0].metrics[name].rows == expected.rows
