"""A candidate: an objective with its hyper-parameters, on one fold."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from irm_core.errors import UsageError
from irm_core.training.plan import TrainingPlan

CONTROL = "erm"


class Candidate(BaseModel):
    """One training: objective, penalty weight (0: ERM), seed, and the environment left out (None: refit).

    learning_rate: None where the plan has one only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    objective: str
    penalty_weight: float
    learning_rate: float | None = None
    seed: int
    left_out: str | None


class Tuning(NamedTuple):
    """What a plan compares; each for several seeds and left-out environments."""

    objective: str
    penalty_weight: float
    learning_rate: float | None


def tuning(candidate: Candidate) -> Tuning:
    """What it has in common with the candidates of other seeds and left-out environments."""
    return Tuning(candidate.objective, candidate.penalty_weight, candidate.learning_rate)


def configurations(plan: TrainingPlan) -> Iterator[Tuning]:
    """Everything the plan compares, the control first."""
    for objective, weight in _penalised(plan):
        for rate in plan.learning_rates if len(plan.learning_rates) > 1 else (None,):
            yield Tuning(objective, weight, rate)


def candidates(plan: TrainingPlan, environments: Sequence[str]) -> Iterator[Candidate]:
    """Every configuration × seed × left-out environment."""
    for one in configurations(plan):
        for seed in plan.seeds:
            for left_out in environments:
                yield Candidate(**one._asdict(), seed=seed, left_out=left_out)


def learning_rate(candidate: Candidate, plan: TrainingPlan) -> float:
    """The candidate's own, or the plan's only one; UsageError where it is not said which of several."""
    if candidate.learning_rate is not None:
        return candidate.learning_rate
    if len(plan.learning_rates) > 1:
        raise UsageError(f"The plan has several learning rates, and {candidate} does not say which it takes.")
    return plan.learning_rates[0]


def _penalised(plan: TrainingPlan) -> Iterator[tuple[str, float]]:
    yield CONTROL, 0.0
    for objective in plan.objectives:
        if objective != CONTROL:
            yield from ((objective, weight) for weight in plan.penalty_weights)
