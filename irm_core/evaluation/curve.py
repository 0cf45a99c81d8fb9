"""Curves: risk, score and penalty in every environment while models are trained."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, isfinite
from pathlib import Path

from pydantic import TypeAdapter

from irm_core.evaluation.records import Point
from irm_core.evaluation.sample import Sample, judged, thinned
from irm_core.evaluation.stack import Stack
from irm_core.training.checkpoint import Keeping
from irm_core.training.loop import train_stack
from irm_core.training.models import Model
from irm_core.training.plan import TrainingPlan
from irm_core.training.record import Record, Status

POINTS = 25
SECONDS = 60.0  # of training that a kill costs at most
ROWS = 2000  # of one environment: measuring must cost little beside training


@dataclass
class Curve:
    """What is seen of one candidate in training. status: of its last record, or "diverged" for good."""

    status: Status = "running"
    points: list[Point] = field(default_factory=list)

    def extend(self, record: Record, model: Model, sample: Sample, plan: TrainingPlan) -> None:
        """Take note of a record; a point where one is due and the model, as it now is, gives finite ones."""
        if self.status == "diverged":
            return
        self.status = record.status
        if record.status != "diverged" and due(record.step, plan):
            self.points.extend(filter(finite, [point(model, sample, record)]))


def follow(
    models: Sequence[Model], stack: Stack, plan: TrainingPlan, checkpoint: Path | None = None
) -> list[Curve]:
    """Train the models in place, each for its candidate of the stack: their curves, up to how they ended.

    checkpoint: a file that keeps models and curves every minute, and from which they go on if it is there.
    """
    fold, curves = stack.fold, [Curve() for _ in models]
    keeping = None if checkpoint is None else kept(curves, checkpoint)
    rows = thinned(judged(fold.examples, fold.trained), fold.examples.membership, ROWS)
    sample = Sample.of(fold.examples, fold.target, rows)
    for records in train_stack(
        models, stack.examples, stack.candidates, plan, fold.loss, training=stack.training, keeping=keeping
    ):
        for curve, record, model in zip(curves, records, models, strict=True):
            curve.extend(record, model, sample, plan)
    return curves


def kept(curves: list[Curve], checkpoint: Path) -> Keeping:
    """How curves are kept with their training, which they would else show without its beginning."""
    as_json = TypeAdapter(list[Curve])

    def recall(note: str) -> None:
        curves[:] = as_json.validate_json(note)

    return Keeping(checkpoint, SECONDS, lambda: as_json.dump_json(curves).decode(), recall, required=False)


def due(step: int, plan: TrainingPlan) -> bool:
    """Whether a curve has a point at this recorded step: about `POINTS` of them, and the last."""
    every = plan.record_every * ceil(plan.steps / plan.record_every / POINTS)
    return step % every == 0 or step == plan.steps


def point(model: Model, sample: Sample, record: Record) -> Point:
    """The model as it is after this record's step."""
    found = sample.measured(model)
    risk, score, penalty = (
        dict(zip(found["environment"], found[name], strict=True)) for name in ("risk", "score", "penalty")
    )
    return Point(
        step=record.step, penalty_weight=record.penalty_weight, risk=risk, score=score, penalty=penalty
    )


def finite(one: Point) -> bool:
    """Whether every risk and penalty is a number that a curve can show."""
    return all(isfinite(value) for value in (*one.risk.values(), *one.penalty.values()))
