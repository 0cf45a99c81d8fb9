"""A candidate's run: its parameters, its curves by environment, what it scored where it never trained."""

from collections.abc import Iterator
from statistics import fmean

from mlflow import MlflowClient

from flows.retraining import Retraining
from flows.tracking import names
from flows.tracking.dataset import dataset_input
from flows.tracking.runs import log, run
from irm_core.data.version import Version
from irm_core.evaluation.configuration import name
from irm_core.evaluation.records import Trial
from irm_core.training.candidate import learning_rate

Metrics = Iterator[tuple[str, float, int]]


def log_trial(trial: Trial, retraining: Retraining) -> str:
    """Log one finished candidate; the id of its run."""
    candidate, version = trial.candidate, retraining.published.version
    tags = names.tags(version, retraining.id, "candidate" if candidate.left_out else "refit") | {
        "objective": candidate.objective,
        "fold": candidate.left_out or "none",
        "status": trial.status,
        "reason": trial.reason,
    }
    plan = retraining.plan.model_dump(exclude={"objectives", "penalty_weights", "seeds"})
    configuration = {
        "configuration": name(candidate),
        "learning_rate": learning_rate(candidate, retraining.plan),
    }
    with run(retraining.experiment, names.run_name(candidate), tags) as run_id:
        metrics = [*curves(trial, version, retraining.score), *summary(trial, version)]
        log(run_id, metrics=metrics, parameters=plan | candidate.model_dump() | configuration)
        MlflowClient().log_inputs(run_id, [dataset_input(retraining.published)])
    return run_id


def curves(trial: Trial, version: Version, score: str) -> Metrics:
    """Risk, score and penalty of every environment against the training step."""
    slugs = {environment.name: environment.slug for environment in version.environments}
    for point in trial.curve:
        yield "penalty_weight", point.penalty_weight, point.step
        for kind, values in (("risk", point.risk), (score, point.score), ("penalty", point.penalty)):
            for environment, value in values.items():
                if value is not None:
                    yield f"{kind}/{slugs[environment]}", value, point.step


def summary(trial: Trial, version: Version) -> Metrics:
    """Worst, mean and gap over the training environments, and the score where it was left out."""
    measured = {one: trial.metrics[one].score for one in version.training if one in trial.metrics}
    scores = {one: score for one, score in measured.items() if score is not None}
    if scores:
        worst = min(scores.values())
        yield "worst", worst, 0
        yield "mean", fmean(scores.values()), 0
        yield "gap", max(scores.values()) - worst, 0
    if trial.candidate.left_out in scores:
        yield "left_out", scores[trial.candidate.left_out], 0
