"""A trial: one candidate trained on its fold, measured in every environment."""

from math import isfinite
from time import perf_counter
from typing import Literal

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Version
from irm_core.errors import IrmflowError
from irm_core.evaluation.configuration import name
from irm_core.evaluation.curve import ROWS, due, finite, point
from irm_core.evaluation.fold import Fold, prepare
from irm_core.evaluation.metrics import by_environment
from irm_core.evaluation.records import EnvironmentMetrics, Point, Trial
from irm_core.evaluation.sample import Sample, judged, thinned
from irm_core.evaluation.selection import Selection
from irm_core.objectives.losses import output_count
from irm_core.predictor import Predictor
from irm_core.training.candidate import Candidate
from irm_core.training.loop import train
from irm_core.training.models import Architecture, Model
from irm_core.training.plan import TrainingPlan
from irm_core.training.record import Status

Ending = Literal["ok", "diverged", "collapsed"]

ENDINGS: dict[Status, Ending] = {"finished": "ok", "diverged": "diverged", "collapsed": "collapsed"}
REASONS: dict[Ending, str] = {
    "ok": "",
    "diverged": "a risk, a penalty or an output was not finite",
    "collapsed": "its outputs no longer depend on the inputs",
}


def run_trial(
    rows: Rows, version: Version, schema: ModelSchema, candidate: Candidate, plan: TrainingPlan
) -> tuple[Trial, Predictor]:
    """Encode, train and measure one candidate; without a left-out environment, on all training environments.

    The predictor of a trial that diverged is worthless.
    """
    return try_out(prepare(rows, version, schema, candidate.left_out), candidate, plan)


def refit(
    rows: Rows, version: Version, schema: ModelSchema, selection: Selection, plan: TrainingPlan
) -> tuple[Trial, Predictor]:
    """Train what was selected on all training environments, with the plan's first seed.

    `IrmflowError` if that fails, though it went well on every fold.
    """
    candidate = Candidate(
        objective=selection.objective,
        penalty_weight=selection.penalty_weight,
        seed=plan.seeds[0],
        left_out=None,
    )
    trial, predictor = run_trial(rows, version, schema, candidate, plan)
    if trial.status != "ok":
        raise IrmflowError(
            f"{name(candidate.objective, candidate.penalty_weight)} {trial.status} on all environments "
            f"together, though on no fold: {trial.reason}. Lower learning_rate or the penalty weights."
        )
    return trial, predictor


def try_out(fold: Fold, candidate: Candidate, plan: TrainingPlan) -> tuple[Trial, Predictor]:
    """Train and measure one candidate on a fold, which once prepared can serve many."""
    if candidate.left_out != fold.left_out:
        raise ValueError(f"The fold leaves out {fold.left_out!r}, the candidate {candidate.left_out!r}.")
    start = perf_counter()
    architecture = Architecture(
        name=plan.model,
        input_shape=tuple(fold.examples.inputs.shape[1:]),
        outputs=output_count(fold.loss, len(fold.target.classes)),
        hidden=plan.hidden,
    )
    model = architecture.build(candidate.seed)
    ending, curve = follow(model, fold, candidate, plan)
    metrics = {} if ending == "diverged" else final_metrics(model, fold)
    if not all(isfinite(one.risk) for one in metrics.values()):
        ending, metrics = "diverged", {}
    trial = Trial(
        candidate=candidate,
        status=ending,
        reason=REASONS[ending],
        metrics=metrics,
        curve=curve,
        seconds=perf_counter() - start,
    )
    return trial, Predictor(
        model, architecture, fold.features, fold.target, fold.schema, provenance(fold, candidate)
    )


def follow(
    model: Model, fold: Fold, candidate: Candidate, plan: TrainingPlan
) -> tuple[Ending, tuple[Point, ...]]:
    """Train the model in place; how it ended, and the curve, without points that are not finite."""
    rows = thinned(judged(fold.examples, fold.trained), fold.examples.membership, ROWS)
    sample = Sample.of(fold.examples, fold.target, rows)
    points: list[Point] = []
    for record in train(model, fold.examples, candidate, plan, fold.loss, training=fold.version.training):
        if record.status != "diverged" and due(record.step, plan):
            points.append(point(model, sample, record))
    return ENDINGS[record.status], tuple(one for one in points if finite(one))


def final_metrics(model: Model, fold: Fold) -> dict[str, EnvironmentMetrics]:
    """On all rows that the model may be judged by."""
    sample = Sample.of(fold.examples, fold.target, judged(fold.examples, fold.trained))
    return by_environment(sample.measured(model))


def provenance(fold: Fold, candidate: Candidate) -> dict[str, object]:
    """Where a model comes from: the exact data version, and what it was trained as, and on."""
    version = fold.version
    return {
        "dataset": version.dataset,
        "split": version.split,
        "data_version": version.id,
        "candidate": candidate.model_dump(),
        "trained_on": list(fold.trained),
    }
