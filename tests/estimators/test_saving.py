"""What is saved is what was fitted, to the bit, and damage is said in a sentence."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.exceptions import NotFittedError
from torch import nn

from irm_core import InvariantClassifier, InvariantRegressor
from irm_core.errors import UsageError

QUICK = {"steps": 20, "warmup_steps": 5, "hidden": (8,), "random_state": 0}

CLASSES = {
    "text": np.array(["low", "high"]),
    "objects": np.array(["low", "high"], dtype=object),
    "whole numbers": np.array([-1, 5], dtype=np.int8),
    "numbers": np.array([0.0, 1.0]),
    "booleans": np.array([False, True]),
}


def saved(folder: Path, few, **parameters) -> InvariantRegressor:
    regressor = InvariantRegressor(**QUICK | parameters).fit(few.X, few.y, environments=few.site)
    regressor.save(folder)
    return regressor


@pytest.mark.parametrize("model", ["linear", "mlp"])
def test_a_regressor_comes_back_to_the_bit(model, few, tmp_path: Path) -> None:
    before = saved(tmp_path / "new" / "folder", few, model=model, penalty_weight=0.1 + 0.2)
    after = InvariantRegressor.load(tmp_path / "new" / "folder")
    assert_array_equal(after.predict(few.X), before.predict(few.X))
    assert after.get_params() == before.get_params()
    assert (after.environments_, after.objective_) == (before.environments_, before.objective_)


@pytest.mark.parametrize("classes", CLASSES.values(), ids=CLASSES.keys())
def test_a_classifier_comes_back_with_its_classes(classes, few, tmp_path: Path) -> None:
    labels = classes[(few.y > 0).astype(int)]
    before = InvariantClassifier(**QUICK).fit(few.X, labels, environments=few.site)
    before.save(tmp_path)
    after = InvariantClassifier.load(tmp_path)
    assert_array_equal(after.predict_proba(few.X), before.predict_proba(few.X))
    assert_array_equal(after.predict(few.X), before.predict(few.X))
    assert after.classes_.dtype == before.classes_.dtype


def test_feature_names_come_back(few, tmp_path: Path) -> None:
    frame = pd.DataFrame(few.X, columns=["cause", "effect"])
    InvariantRegressor(**QUICK).fit(frame, few.y, environments=few.site).save(tmp_path)
    after = InvariantRegressor.load(tmp_path)
    assert after.feature_names_in_.tolist() == ["cause", "effect"]
    with pytest.raises(ValueError, match="feature names"):
        after.predict(frame[["effect", "cause"]])


def test_what_comes_back_can_be_fitted_again(few, tmp_path: Path) -> None:
    before = saved(tmp_path, few)
    after = InvariantRegressor.load(tmp_path).fit(few.X, few.y, environments=few.site)
    assert_array_equal(after.predict(few.X), before.predict(few.X))


def module() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))


def test_a_module_is_given_again(few, tmp_path: Path) -> None:
    before = saved(tmp_path, few, model=module(), objective="fishr")
    after = InvariantRegressor.load(tmp_path, model=module())
    assert_array_equal(after.predict(few.X), before.predict(few.X))
    with pytest.raises(UsageError, match="fitted with a torch module: give one as `model`"):
        InvariantRegressor.load(tmp_path)
    with pytest.raises(UsageError, match="is damaged, or of another version"):
        InvariantRegressor.load(tmp_path, model=nn.Linear(2, 1))


def test_a_module_is_not_given_where_none_was(few, tmp_path: Path) -> None:
    saved(tmp_path, few)
    with pytest.raises(UsageError, match="fitted with 'mlp': load it without `model`"):
        InvariantRegressor.load(tmp_path, model=module())


def test_an_estimator_of_another_kind_is_refused(few, tmp_path: Path) -> None:
    saved(tmp_path, few)
    with pytest.raises(UsageError, match="an InvariantRegressor, not an InvariantClassifier"):
        InvariantClassifier.load(tmp_path)


@pytest.mark.parametrize("name", ["estimator.json", "weights.safetensors"])
def test_a_missing_or_damaged_file_is_named(name, few, tmp_path: Path) -> None:
    saved(tmp_path, few)
    file = tmp_path / name
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(UsageError, match=f"The estimator in {tmp_path} is damaged"):
        InvariantRegressor.load(tmp_path)
    file.unlink()
    with pytest.raises(UsageError, match=f"There is no estimator in {tmp_path}: .*{name} is missing"):
        InvariantRegressor.load(tmp_path)


def test_what_a_later_version_wrote_is_refused(few, tmp_path: Path) -> None:
    saved(tmp_path, few)
    file = tmp_path / "estimator.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 2}))
    with pytest.raises(UsageError, match="damaged, or of another version"):
        InvariantRegressor.load(tmp_path)


def test_what_json_cannot_hold_is_refused_by_name(few, tmp_path: Path) -> None:
    regressor = InvariantRegressor(**QUICK | {"random_state": np.random.RandomState(0)})
    with pytest.raises(ValueError, match=r"cannot be saved. The parameter random_state cannot be Random"):
        regressor.fit(few.X, few.y, environments=few.site).save(tmp_path)
    days = np.array(["2020-01-01", "2021-01-01"], dtype="datetime64[D]")[(few.y > 0).astype(int)]
    classifier = InvariantClassifier(**QUICK).fit(few.X, days, environments=few.site)
    with pytest.raises(ValueError, match=r"type datetime64\[D\] cannot be saved"):
        classifier.save(tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_fitted_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        InvariantRegressor().save(tmp_path)
