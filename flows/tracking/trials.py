"""A candidate's run: its parameters, its curves by environment, what it scored where it never trained."""

from collections.abc import Iterator
from hashlib import sha256
from statistics import fmean

import mlflow

from flows.retraining import Retraining
from flows.tracking import names
from flows.tracking.dataset import used
from flows.tracking.record import RunRecord
from flows.tracking.runs import now
from flows.tracking.spool import deliver
from irm_core.data.version import Version
from irm_core.evaluation.configuration import name
from irm_core.evaluation.records import Trial
from irm_core.training.candidate import learning_rate

Metrics = Iterator[tuple[str, float, int]]


def log_trial(trial: Trial, retraining: Retraining) -> None:
    """Log one finished candidate as a run, now or, where MLflow is away, later."""
    deliver(record(trial, retraining))


def record(trial: Trial, retraining: Retraining) -> RunRecord:
    """All that MLflow is told of a candidate."""
    candidate, version = trial.candidate, retraining.published.version
    plan = retraining.plan.model_dump(exclude={"objectives", "penalty_weights", "seeds"})
    configuration = {
        "configuration": name(candidate),
        "learning_rate": learning_rate(candidate, retraining.plan),
    }
    parameters = plan | candidate.model_dump() | configuration
    return RunRecord(
        store=mlflow.get_tracking_uri(),
        experiment=retraining.experiment,
        retraining=retraining.id,
        key=f"{retraining.id}-{sha256(candidate.model_dump_json().encode()).hexdigest()[:16]}",
        name=names.run_name(candidate),
        at=now(),
        tags=tags(trial, retraining),
        metrics=(*curves(trial, version, retraining.score), *summary(trial, version)),
        parameters={one: str(value) for one, value in parameters.items()},
        data=used(retraining.published),
    )


def tags(trial: Trial, retraining: Retraining) -> dict[str, str]:
    """By what candidates are found and grouped."""
    left_out = trial.candidate.left_out
    kind = "candidate" if left_out else "refit"
    return names.tags(retraining.published.version, retraining.id, kind) | {
        "objective": trial.candidate.objective,
        "fold": left_out or "none",
        "status": trial.status,
        "reason": trial.reason,
    }


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
