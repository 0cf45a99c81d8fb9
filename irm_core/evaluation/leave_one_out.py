"""Leave one environment out: the folds by which candidates are compared."""

from irm_core.data.folds import folds
from irm_core.data.version import Version
from irm_core.training.candidate import Candidate, candidates
from irm_core.training.plan import TrainingPlan


def leave_one_out(plan: TrainingPlan, version: Version) -> tuple[Candidate, ...]:
    """Every candidate of the plan: configuration × seed × left-out environment, the control first."""
    return tuple(candidates(plan, folds(version)))
