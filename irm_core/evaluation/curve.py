"""Curves: risk, score and penalty in every environment while a model is trained."""

from math import ceil, isfinite

from irm_core.evaluation.records import Point
from irm_core.evaluation.sample import Sample
from irm_core.training.models import Model
from irm_core.training.plan import TrainingPlan
from irm_core.training.record import Record

POINTS = 25
ROWS = 2000  # of one environment: measuring must cost little beside training


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
