"""ERM takes the shortcut, the invariant objectives do not: the reason why the estimators exist."""

import math

import numpy as np
import pytest

from irm_core import InvariantClassifier, InvariantRegressor

INVARIANT = ("irm", "vrex")


def shares(regressor: InvariantRegressor) -> tuple[float, float]:
    """How much a unit of the cause, and of the effect, moves the prediction."""
    none, cause, effect = regressor.predict([[0, 0], [1, 0], [0, 1]])
    return cause - none, effect - none


def regressor(objective: str) -> InvariantRegressor:
    return InvariantRegressor(objective, 100.0, model="linear", random_state=0)


def test_erm_takes_the_spurious_feature(two_sites, elsewhere) -> None:
    fitted = regressor("erm").fit(two_sites.X, two_sites.y, environments=two_sites.site)
    cause, effect = shares(fitted)
    assert effect > cause / 3
    assert fitted.score(two_sites.X, two_sites.y) > 0.6
    assert fitted.score(elsewhere.X, elsewhere.y) < 0


@pytest.mark.parametrize("objective", INVARIANT)
def test_invariant_objectives_leave_the_spurious_feature(objective, two_sites, elsewhere) -> None:
    fitted = regressor(objective).fit(two_sites.X, two_sites.y, environments=two_sites.site)
    cause, effect = shares(fitted)
    assert abs(effect) < cause / 3
    assert fitted.score(elsewhere.X, elsewhere.y) > 0.25


@pytest.mark.parametrize("objective", INVARIANT)
def test_classifiers_hold_where_they_have_not_been(objective, two_sites, elsewhere) -> None:
    def loss_elsewhere(objective: str) -> float:
        classifier = InvariantClassifier(objective, 100.0, model="linear", random_state=0)
        classifier.fit(two_sites.X, two_sites.high, environments=two_sites.site)
        places = np.searchsorted(classifier.classes_, elsewhere.high)
        shares = classifier.predict_proba(elsewhere.X)[np.arange(len(places)), places]
        return float(-np.log(shares).mean())

    coin = math.log(2)
    assert loss_elsewhere(objective) < coin < loss_elsewhere("erm")
