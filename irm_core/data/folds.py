"""Folds: which environments of a version can be left out."""

from irm_core.data.version import Version
from irm_core.errors import UsageError

FEWEST = 3  # one to leave out, and two that an invariance must hold across


def folds(version: Version) -> tuple[str, ...]:
    """The environments to be left out, one per fold; `UsageError` with fewer than three."""
    if why := too_few(version):
        raise UsageError(why)
    return version.training


def too_few(version: Version) -> str | None:
    """Why none can be left out, and what to do; None where one can."""
    names = version.training
    if len(names) >= FEWEST:
        return None
    return (
        f"Split '{version.split}' of '{version.dataset}' has {_listed(names)} to train on, but leaving "
        f"one environment out needs at least {FEWEST}: one left out, two to be invariant across. "
        f"Choose another split with --split, add data of more sites{_release(version)}."
    )


def _listed(names: tuple[str, ...]) -> str:
    plural = "" if len(names) == 1 else "s"
    named = f" ({', '.join(names)})" if names else ""
    return f"only {len(names)} environment{plural}{named}"


def _release(version: Version) -> str:
    return f", or take from holdOut: {', '.join(version.hold_out)}" if version.hold_out else ""
