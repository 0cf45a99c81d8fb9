"""A trial: trained on its fold alone, measured everywhere."""

from dataclasses import replace

import polars as pl
import pytest
import torch

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.rows import Rows
from irm_core.errors import IrmflowError
from irm_core.evaluation.fold import examples, prepare
from irm_core.evaluation.records import Trial
from irm_core.evaluation.refit import choice, refuse_failed
from irm_core.evaluation.selection import select
from irm_core.evaluation.stack import Stack
from irm_core.evaluation.trial import run_stack, run_trial
from irm_core.training.candidate import Candidate, candidates

ERM = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out="c")


def changed(rows: Rows, where: pl.Expr) -> Rows:
    """The same rows, with labels of another world where `where` is true."""
    return Rows(rows.frame.with_columns(y=pl.when(where).then(-99 * pl.col("y") + 7).otherwise("y")), None)


@pytest.fixture
def trial(rows, version, schema, base) -> Trial:
    return run_trial(rows, version, schema, ERM, base)[0]


def test_it_is_measured_on_validation_rows_where_trained_and_on_all_rows_elsewhere(trial):
    assert {name: one.rows for name, one in trial.metrics.items()} == {"a": 20, "b": 20, "c": 100, "far": 100}


def test_erm_scores_well_where_it_trained_and_worse_where_the_slope_turns(trial):
    assert trial.status == "ok"
    assert trial.metrics["a"].score > 0.95
    assert trial.metrics["c"].score < trial.metrics["a"].score
    # squared label units: the noise of y has variance 1
    assert 0.3 < trial.metrics["a"].risk < 3


def test_the_metrics_are_those_of_the_predictor_that_comes_with_them(rows, version, schema, base):
    trial, predictor = run_trial(rows, version, schema, ERM, base)
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
def test_rows_not_trained_on_change_nothing_of_the_model(rows, version, schema, where, base):
    _, one = run_trial(rows, version, schema, ERM, base)
    _, other = run_trial(changed(rows, where), version, schema, ERM, base)
    assert one.target == other.target
    assert one.features == other.features
    for mine, theirs in zip(one.model.parameters(), other.model.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


def test_the_curve_has_every_environment_at_about_25_points_and_the_last(trial, base):
    steps = [one.step for one in trial.curve]
    assert steps == sorted(set(steps))
    assert 20 <= len(steps) <= 25
    assert steps[-1] == base.steps
    last = trial.curve[-1]
    assert set(last.risk) == set(last.score) == set(last.penalty) == {"a", "b", "c", "far"}
    # fewer than 2,000 rows each: the last point is the final measurement
    assert last.risk == pytest.approx({name: one.risk for name, one in trial.metrics.items()})


def test_a_trial_survives_json(trial):
    assert Trial.model_validate_json(trial.model_dump_json()) == trial


def test_a_trial_that_diverges_says_so_and_has_no_metrics(rows, version, schema, base):
    plan = base.model_copy(update={"learning_rate": 1e30})
    trial, _ = run_trial(rows, version, schema, ERM, plan)
    assert (trial.status, trial.metrics) == ("diverged", {})
    assert "not finite" in trial.reason
    assert Trial.model_validate_json(trial.model_dump_json()) == trial


def test_a_trial_that_collapses_says_so(rows, version, schema, base):
    flat = Rows(rows.frame.with_columns(x=pl.lit(1.0), z=pl.lit(1.0)), None)
    trial, _ = run_trial(flat, version, schema, ERM, base)
    assert trial.status == "collapsed"
    assert trial.metrics["c"].score < 0.1


def test_the_refit_has_the_learning_rate_that_was_selected(rows, version, schema, base):
    plan = base.model_copy(update={"learning_rate": (1e-5, 0.05)})
    trials = [run_trial(rows, version, schema, one, plan)[0] for one in candidates(plan, version.training)]
    selection = select(trials, plan)
    assert selection.erm.learning_rate == 0.05
    trial, _ = run_trial(rows, version, schema, choice(selection, plan), plan)
    assert trial.candidate.learning_rate == selection.learning_rate


def test_a_class_that_only_the_left_out_environment_has_is_judged_wrong(rows, version, schema, base):
    classes = (
        pl.when(pl.col(ENVIRONMENT) == "c")
        .then(pl.lit("new"))
        .otherwise(pl.when(pl.col("y") > 0).then(pl.lit("up")).otherwise(pl.lit("down")))
    )
    label = schema.label.model_copy(update={"logical_type": "string"})
    schema = schema.model_copy(update={"task": "classification", "label": label})
    trial, predictor = run_trial(Rows(rows.frame.with_columns(y=classes), None), version, schema, ERM, base)
    assert predictor.target.classes == ("down", "new", "up")
    assert trial.metrics["c"].score == 0.0
    assert trial.metrics["a"].score > 0.9


def test_select_and_refit_on_all_training_environments(rows, version, schema, base):
    trials = [run_trial(rows, version, schema, one, base)[0] for one in candidates(base, version.training)]
    selection = select(trials, base)
    trial, predictor = run_trial(rows, version, schema, choice(selection, base), base)
    refuse_failed(trial)
    assert trial.candidate.left_out is None
    assert {name: one.rows for name, one in trial.metrics.items()} == {"a": 20, "b": 20, "c": 20, "far": 100}
    assert predictor.provenance["trained_on"] == ["a", "b", "c"]
    assert predictor.provenance["data_version"] == "0123"
    failing = base.model_copy(update={"learning_rate": 1e30})
    diverged, _ = run_trial(rows, version, schema, choice(selection, failing), failing)
    with pytest.raises(IrmflowError, match="diverged on all environments together"):
        refuse_failed(diverged)


def test_a_row_of_weight_zero_is_not_there(rows, version, schema, base):
    """Neither for training, where all rows are taken, nor for judging."""
    every_other = pl.int_range(pl.len()) // 5 % 2 == 0  # both sides of the validation
    weighted = replace(rows, weights=rows.frame.select(every_other.cast(pl.Float64)).to_series().to_numpy())
    kept = Rows(rows.frame.filter(every_other), None)
    one = Candidate(objective="irm", penalty_weight=10.0, seed=0, left_out="c")
    fold = prepare(rows, version, schema, "c")
    trials = [
        run_stack(
            Stack(replace(fold, examples=examples(own, version, fold.features, fold.target)), (one,)), base
        )[0][0]
        for own in (weighted, kept)
    ]
    for name, expected in trials[1].metrics.items():
        assert trials[0].metrics[name].risk == pytest.approx(expected.risk, rel=1e-4)
        assert trials[0].metrics[name].rows == expected.rows
