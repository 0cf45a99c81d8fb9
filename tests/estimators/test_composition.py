"""Inside scikit-learn's pipelines and searches, environments reach the estimator."""

from collections.abc import Iterator

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV, LeaveOneGroupOut, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from irm_core import InvariantClassifier, InvariantRegressor
from irm_core.estimators import WithoutEnvironmentsWarning

QUICK = {"model": "linear", "steps": 20, "warmup_steps": 5, "random_state": 0}


@pytest.fixture
def routing() -> Iterator[None]:
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.fixture
def four(few) -> np.ndarray:
    """Two sites as four, so that leaving one out leaves environments to learn from."""
    return np.char.add(few.site, np.tile([" 1", " 2"], len(few.site) // 2))


def test_in_a_pipeline_by_name(few) -> None:
    pipeline = make_pipeline(StandardScaler(), InvariantRegressor(**QUICK))
    pipeline.fit(few.X, few.y, invariantregressor__environments=few.site)
    assert pipeline[-1].objective_ == "irm"


@pytest.mark.usefixtures("routing")
def test_in_a_pipeline_by_routing(few) -> None:
    alone = InvariantRegressor(**QUICK).fit(few.X, few.y, environments=few.site)
    pipeline = make_pipeline(StandardScaler(), InvariantRegressor(**QUICK))
    pipeline.fit(few.X, few.y, environments=few.site)
    assert pipeline[-1].environments_ == ("blurred", "sharp")
    np.testing.assert_allclose(pipeline.predict(few.X), alone.predict(few.X), rtol=1e-5)


@pytest.mark.usefixtures("routing")
def test_requests_can_be_made_and_taken_back(few) -> None:
    estimator = InvariantRegressor("erm", **QUICK).set_fit_request(environments=True, sample_weight=True)
    pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), estimator)
    pipeline.fit(few.X, few.y, environments=few.site, sample_weight=few.site == "sharp")
    assert pipeline[-1].environments_ == ("sharp",)
    refusing = make_pipeline(InvariantRegressor(**QUICK).set_fit_request(environments=False))
    with pytest.raises(TypeError, match="environments"):
        refusing.fit(few.X, few.y, environments=few.site)


@pytest.mark.parametrize("routed", [False, True], ids=["plain", "routed"])
def test_a_search_that_leaves_one_environment_out(routed, few, four) -> None:
    grid = {"objective": ["erm", "vrex"], "penalty_weight": np.array([1.0, 100.0])}
    search = GridSearchCV(InvariantClassifier(**QUICK), grid, cv=LeaveOneGroupOut())
    with sklearn.config_context(enable_metadata_routing=routed):
        search.fit(few.X, few.high, groups=four, environments=four)
    assert search.n_splits_ == len(search.best_estimator_.environments_) == 4
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.usefixtures("routing")
def test_a_fold_with_one_environment_left_says_so(few) -> None:
    with pytest.warns(WithoutEnvironmentsWarning):
        scores = cross_val_score(
            InvariantRegressor(**QUICK),
            few.X,
            few.y,
            params={"environments": few.site, "groups": few.site},
            cv=LeaveOneGroupOut(),
        )
    assert len(scores) == 2


@pytest.mark.slow
def test_in_worker_processes_the_same_is_found(few, four) -> None:
    searches = [
        GridSearchCV(InvariantRegressor(**QUICK), {"objective": ["erm", "irm"]}, cv=2, n_jobs=jobs).fit(
            few.X, few.y, environments=four
        )
        for jobs in (1, 2)
    ]
    assert_array_equal(*(one.cv_results_["mean_test_score"] for one in searches))
