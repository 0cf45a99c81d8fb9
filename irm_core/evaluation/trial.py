"""Trials: candidates trained on their fold, measured in every environment."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import Literal

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.architecture import architecture, models, whole
from irm_core.evaluation.curve import follow
from irm_core.evaluation.fold import Fold
from irm_core.evaluation.metrics import by_environment
from irm_core.evaluation.records import EnvironmentMetrics, Trial
from irm_core.evaluation.sample import Sample, judged
from irm_core.evaluation.stack import Stack, stacks
from irm_core.predictor import Predictor
from irm_core.training.candidate import Candidate
from irm_core.training.models import Model
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
    return run_fold(rows, version, schema, [candidate], plan)[0]


def run_fold(
    rows: Rows, version: Version, schema: ModelSchema, candidates: Sequence[Candidate], plan: TrainingPlan
) -> list[tuple[Trial, Predictor]]:
    """The same for candidates that leave out the same environment, as each alone, but faster: in `stacks`."""
    together = stacks(rows, version, schema, candidates, plan)
    return [found for stack in together for found in run_stack(stack, plan)]


def run_stack(
    stack: Stack, plan: TrainingPlan, checkpoint: Path | None = None
) -> list[tuple[Trial, Predictor]]:
    """Train the candidates together and measure each; a trial's seconds are its share of the stack's.

    checkpoint: a file from which training goes on where it was cut off, if it was.
    """
    start, fold = perf_counter(), stack.fold
    trained = models(fold, plan, [one.seed for one in stack.candidates])
    curves = follow(trained, stack, plan, checkpoint)
    sample = Sample.of(fold.examples, fold.target, judged(fold.examples, fold.trained))
    ends = [end(model, ENDINGS[curve.status], sample) for model, curve in zip(trained, curves, strict=True)]
    seconds = (perf_counter() - start) / len(trained)
    read = architecture(fold, plan)
    return [
        (
            Trial(
                candidate=candidate,
                status=ending,
                reason=REASONS[ending],
                metrics=metrics,
                curve=tuple(curve.points),
                seconds=seconds,
            ),
            Predictor(model, read, fold.features, fold.target, fold.schema, provenance(fold, candidate)),
        )
        for candidate, model, curve, (ending, metrics) in zip(
            stack.candidates, whole(trained, fold, plan), curves, ends, strict=True
        )
    ]


def end(model: Model, ending: Ending, sample: Sample) -> tuple[Ending, dict[str, EnvironmentMetrics]]:
    """How a candidate ended, and its metrics on `sample`: none where it diverged, there if not before."""
    metrics = {} if ending == "diverged" else by_environment(sample.measured(model))
    if all(isfinite(one.risk) for one in metrics.values()):
        return ending, metrics
    return "diverged", {}


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
