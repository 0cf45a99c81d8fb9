"""scikit-learn's own checks of an estimator, all of them."""

import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from irm_core import InvariantClassifier, InvariantRegressor
from irm_core.estimators import WithoutEnvironmentsWarning

KINDS = (InvariantClassifier, InvariantRegressor)

# The checks give no environments, and some of them data of which nothing can be learnt.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore::{one.__module__}.{one.__name__}")
    for one in (WithoutEnvironmentsWarning, ConvergenceWarning)
]


@parametrize_with_checks(
    [kind(model="linear", steps=60, warmup_steps=10, learning_rate=0.1) for kind in KINDS]
)
def test_scikit_learns_checks_of_a_linear_model(estimator, check) -> None:  # type: ignore[no-untyped-def]
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([kind() for kind in KINDS])
def test_scikit_learns_checks_of_the_defaults(estimator, check) -> None:  # type: ignore[no-untyped-def]
    check(estimator)
