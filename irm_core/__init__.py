"""Invariant learning across environments: contracts, data, objectives, training, selection.

Knows no Prefect and no MLflow; `flows` is built on it. The learner alone, with scikit-learn's face, is
`irm_core.InvariantClassifier` and `irm_core.InvariantRegressor`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from irm_core.estimators import InvariantClassifier, InvariantRegressor

__all__ = ["InvariantClassifier", "InvariantRegressor"]


def __getattr__(name: str) -> Any:
    """The estimators, imported when asked for: torch and scikit-learn take seconds."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from irm_core import estimators

    return getattr(estimators, name)
