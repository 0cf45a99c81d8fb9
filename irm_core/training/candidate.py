"""A candidate: an objective with its hyper-parameters, on one fold."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from irm_core.training.plan import TrainingPlan

CONTROL = "erm"


class Candidate(BaseModel):
    """One training: objective, penalty weight (0: ERM), seed, and the environment left out (None: refit)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    objective: str
    penalty_weight: float
    seed: int
    left_out: str | None


def configurations(plan: TrainingPlan) -> Iterator[tuple[str, float]]:
    """Objective and penalty weight of everything the plan compares, the control first."""
    yield CONTROL, 0.0
    for objective in plan.objectives:
        if objective != CONTROL:
            yield from ((objective, weight) for weight in plan.penalty_weights)


def candidates(plan: TrainingPlan, environments: Sequence[str]) -> Iterator[Candidate]:
    """Every configuration × seed × left-out environment."""
    for objective, weight in configurations(plan):
        for seed in plan.seeds:
            for left_out in environments:
                yield Candidate(objective=objective, penalty_weight=weight, seed=seed, left_out=left_out)
