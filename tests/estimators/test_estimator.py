"""What is fitted, whatever form the data come in, and what is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from torch import nn

from irm_core import InvariantClassifier, InvariantRegressor
from irm_core.errors import UsageError
from irm_core.estimators import WithoutEnvironmentsWarning
from irm_core.objectives import OBJECTIVES
from irm_core.training import loop

QUICK = {"model": "linear", "steps": 20, "warmup_steps": 5, "random_state": 0}


def predictions(table, objective: str = "irm", **parameters) -> np.ndarray:
    regressor = InvariantRegressor(objective, 10.0, **QUICK | parameters)
    return regressor.fit(table.X, table.y, environments=table.site).predict(table.X)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_frames_and_arrays_give_the_same(frame, few) -> None:
    columns = frame({"cause": few.X[:, 0], "effect": few.X[:, 1], "high": few.high, "site": few.site})
    X = columns[["cause", "effect"]]
    fitted = InvariantClassifier(**QUICK).fit(X, columns["high"], environments=columns["site"])
    of_arrays = InvariantClassifier(**QUICK).fit(few.X, few.high, environments=few.site)
    assert list(fitted.feature_names_in_) == ["cause", "effect"]
    assert fitted.environments_ == of_arrays.environments_ == ("blurred", "sharp")
    assert_array_equal(fitted.predict_proba(X), of_arrays.predict_proba(few.X))
    assert_array_equal(fitted.predict(X).astype(str), of_arrays.predict(few.X))


def test_columns_in_another_order_are_refused(few) -> None:
    fitted = InvariantRegressor(**QUICK).fit(
        pl.DataFrame(few.X, schema=["a", "b"]), few.y, environments=few.site
    )
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict(pl.DataFrame(few.X, schema=["b", "a"]))


@pytest.mark.parametrize("environments", [None, ["one"] * 24], ids=["none", "one"])
def test_without_two_environments_it_is_erm_and_says_so(environments, few) -> None:
    with pytest.warns(WithoutEnvironmentsWarning, match="fitted as ERM, not as 'irm'"):
        fitted = InvariantRegressor("irm", **QUICK).fit(few.X, few.y, environments=environments)
    erm = InvariantRegressor("erm", **QUICK).fit(few.X, few.y)
    assert fitted.objective_ == erm.objective_ == "erm"
    assert_array_equal(fitted.predict(few.X), erm.predict(few.X))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_row_of_weight_two_is_two_rows(objective, few) -> None:
    times = np.arange(len(few.y)) % 3
    fitted = [
        InvariantRegressor(objective, 10.0, **QUICK).fit(X, y, environments=site, sample_weight=weight)
        for X, y, site, weight in (
            (few.X, few.y, few.site, times),
            (few.X.repeat(times, axis=0), few.y.repeat(times), few.site.repeat(times), None),
        )
    ]
    assert_array_equal(fitted[0].predict(few.X), fitted[1].predict(few.X))


def test_rows_without_weight_take_their_environment_and_class_along(few) -> None:
    kept = (few.site == "sharp") & (few.y > 0) | (few.site == "blurred")
    labels = np.where(few.site == "sharp", "sharp", few.high)
    labels[(few.site == "sharp") & ~kept] = "never"
    fitted = InvariantClassifier("erm", **QUICK).fit(
        few.X, labels, environments=few.site, sample_weight=few.site == "blurred"
    )
    assert fitted.environments_ == ("blurred",)
    assert [*fitted.classes_] == ["high", "low"]


def test_the_order_of_rows_does_not_matter(few) -> None:
    order = np.random.default_rng(0).permutation(len(few.y))
    shuffled = InvariantRegressor(**QUICK).fit(few.X[order], few.y[order], environments=few.site[order])
    ordered = InvariantRegressor(**QUICK).fit(few.X, few.y, environments=few.site)
    assert_array_equal(shuffled.predict(few.X), ordered.predict(few.X))


def test_the_same_seed_gives_the_same_model_and_touches_no_global_state(few) -> None:
    module = nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.5), nn.Linear(8, 1))
    before = torch.get_rng_state()
    first = predictions(few, model=module, batch_size=4)
    assert_array_equal(torch.get_rng_state(), before)
    assert_array_equal(predictions(few, model=module, batch_size=4), first)
    assert (predictions(few, model=module, batch_size=4, random_state=1) != first).any()


def test_a_module_given_is_copied_not_trained(few) -> None:
    module = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    before = [one.clone() for one in module.parameters()]
    regressor = InvariantRegressor(**QUICK | {"model": module}).fit(few.X, few.y, environments=few.site)
    assert all(torch.equal(*pair) for pair in zip(before, module.parameters(), strict=True))
    again = clone(regressor).fit(few.X, few.y, environments=few.site)
    assert_array_equal(again.predict(few.X), regressor.predict(few.X))


def test_the_units_of_features_and_label_do_not_matter(few) -> None:
    metres = predictions(few)
    regressor = InvariantRegressor("irm", 10.0, **QUICK)
    X, y = few.X * [1e-6, 1e6] + [1, -1e6], few.y * 1e3 + 1e9
    assert_allclose(regressor.fit(X, y, environments=few.site).predict(X), metres * 1e3 + 1e9, rtol=1e-11)


def test_a_prediction_does_not_depend_on_its_company(few) -> None:
    fitted = InvariantRegressor(**QUICK | {"model": "mlp"}).fit(few.X, few.y, environments=few.site)
    alone = np.concatenate([fitted.predict(row.reshape(1, -1)) for row in few.X])
    assert_allclose(alone, fitted.predict(few.X), rtol=1e-12)


def test_three_classes(few) -> None:
    labels = np.digitize(few.X[:, 0], [-0.5, 0.5])
    fitted = InvariantClassifier("erm", **QUICK | {"steps": 300, "learning_rate": 0.1}).fit(
        few.X, labels, environments=few.site
    )
    assert_allclose(fitted.predict_proba(few.X).sum(1), 1)
    assert fitted.score(few.X, labels) > 0.9


def test_training_that_diverges_is_an_error(few) -> None:
    regressor = InvariantRegressor("erm", **QUICK | {"learning_rate": 1e30})
    with pytest.raises(UsageError, match=r"diverged by step \d+.*Lower learning_rate"):
        regressor.fit(few.X, few.y)


def test_a_constant_model_is_warned_of(few) -> None:
    regressor = InvariantRegressor("erm", **QUICK | {"weight_decay": 1.0, "learning_rate": 1.0})
    with pytest.warns(ConvergenceWarning, match="same output for all rows"):
        regressor.fit(few.X * 0, few.y)


def test_a_constant_label_is_learnt_without_a_warning(few) -> None:
    fitted = InvariantRegressor("erm", **QUICK | {"steps": 200}).fit(few.X, np.full(len(few.y), 7.0))
    assert_allclose(fitted.predict(few.X), 7, atol=0.2)


def test_one_class_is_refused(few) -> None:
    with pytest.raises(ValueError, match="All rows are of one class, 'high'"):
        InvariantClassifier(**QUICK).fit(few.X, ["high"] * len(few.y), environments=few.site)


@pytest.mark.parametrize("objective", ["irm", "vrex"])
def test_a_linear_regressor_learns_from_moments_what_it_learns_from_rows(
    two_sites, objective, monkeypatch, caplog
) -> None:
    def fitted() -> InvariantRegressor:
        one = InvariantRegressor(objective, 10.0, model="linear", steps=150, random_state=0)
        weights = 1 + np.arange(len(two_sites.y)) % 3
        return one.fit(two_sites.X, two_sites.y, environments=two_sites.site, sample_weight=weights)

    with caplog.at_level("INFO", logger="irm_core"):
        on_moments = fitted()
    assert "on moments" in caplog.text
    monkeypatch.setattr(loop, "is_linear", lambda _: False)
    assert_allclose(on_moments.predict(two_sites.X), fitted().predict(two_sites.X), atol=1e-4)
