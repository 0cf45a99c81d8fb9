"""Leave one environment out: the folds by which candidates are compared."""

from irm_core.data.version import Version
from irm_core.errors import UsageError
from irm_core.training.candidate import Candidate, candidates
from irm_core.training.plan import TrainingPlan

FEWEST = 3  # one to leave out, and two that an invariance must hold across


def folds(version: Version) -> tuple[str, ...]:
    """The environments to be left out, one per fold; `UsageError` with fewer than three."""
    names = version.training
    if len(names) < FEWEST:
        raise UsageError(
            f"Split '{version.split}' of '{version.dataset}' has {_listed(names)} to train on, but leaving "
            f"one environment out needs at least {FEWEST}: one left out, two to be invariant across. "
            f"Choose another split with --split, add data of more sites{_release(version)}."
        )
    return names


def leave_one_out(plan: TrainingPlan, version: Version) -> tuple[Candidate, ...]:
    """Every candidate of the plan: configuration × seed × left-out environment, the control first."""
    return tuple(candidates(plan, folds(version)))


def _listed(names: tuple[str, ...]) -> str:
    plural = "" if len(names) == 1 else "s"
    named = f" ({', '.join(names)})" if names else ""
    return f"only {len(names)} environment{plural}{named}"


def _release(version: Version) -> str:
    return f", or take from holdOut: {', '.join(version.hold_out)}" if version.hold_out else ""
