"""What evaluation measures: figures by environment, curves, trials. All of it is plain and JSON-able."""

from typing import Literal

from irm_core.data.version import Record
from irm_core.training.candidate import Candidate


class EnvironmentMetrics(Record):
    """How well one model does in one environment.

    risk: mean loss (cross-entropy in nats; squared error in squared label units).
    score: accuracy or R²; None where it is undefined (R² of labels that do not vary).
    standard_error: of the score, rows taken as independent; None with fewer than two rows, or no score.
    """

    rows: int
    risk: float
    score: float | None
    standard_error: float | None


class Point(Record):
    """One point of a training curve; `risk`, `score` and `penalty` by environment.

    penalty_weight: the weight in force at this step, as the schedule has it.
    penalty: the squared gradient of the risk along the scale of the outputs (IRMv1), zero where the
        predictor is the best multiple of itself; the same measure for every objective.
    """

    step: int
    penalty_weight: float
    risk: dict[str, float]
    score: dict[str, float | None]
    penalty: dict[str, float]


class Trial(Record):
    """One candidate, trained and measured in every environment, the left-out and the hold-outs too.

    metrics: on the validation rows of environments that were trained on, on all rows of the others.
    status: "ok"; "diverged": a risk was not finite; "collapsed": the outputs no longer depend on the inputs.
    reason: why the status is not "ok", else empty.
    """

    candidate: Candidate
    status: Literal["ok", "diverged", "collapsed"]
    reason: str
    metrics: dict[str, EnvironmentMetrics]
    curve: tuple[Point, ...]
    seconds: float
