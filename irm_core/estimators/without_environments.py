"""When there is nothing to be invariant across."""

import warnings
from collections.abc import Sequence

from irm_core.training.candidate import CONTROL


class WithoutEnvironmentsWarning(UserWarning):
    """An invariant objective was asked for, but fewer than two environments were given: ERM was fitted."""


def trained_objective(asked: str, environments: Sequence[str]) -> str:
    """`asked`, or ERM with a warning where there are fewer than two environments.

    That is what invariance across one environment means: the best predictor of that environment.
    """
    if len(environments) > 1 or asked == CONTROL:
        return asked
    warnings.warn(
        f"With fewer than two environments there is nothing to be invariant across: this is fitted as ERM, "
        f"not as {asked!r}. Give `environments`, one label per row, of two environments or more.",
        WithoutEnvironmentsWarning,
        stacklevel=3,
    )
    return CONTROL
