"""Target: encoded for training, decoded for people, the same after JSON."""

import numpy as np
import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.target import Target
from irm_core.errors import DataError


def fitted(task: str, values: list) -> Target:
    label = ModelColumn(name="y", logical_type="number")
    schema = ModelSchema(task=task, label=label, features=(), image=None, missing_values=())
    return Target.fit(pl.DataFrame({"y": values}), schema)


def again(target: Target) -> Target:
    return Target.model_validate_json(target.model_dump_json())


@pytest.mark.parametrize("classes", [[0, 1], [False, True], ["a", "b", "c"], [0.0, 1.0]])
def test_classes_keep_values_types_and_order_also_through_json(classes):
    target = again(fitted("classification", [*reversed(classes), classes[0]]))
    assert list(target.classes) == classes
    assert [type(one) for one in target.classes] == [type(one) for one in classes]
    places = target.encode(pl.DataFrame({"y": classes}))
    assert places.dtype == np.int64
    assert places.tolist() == list(range(len(classes)))
    assert target.decode(places).to_list() == classes


def test_regression_is_standardised_and_back():
    target = again(fitted("regression", [10.0, 20.0, 30.0]))
    outputs = target.encode(pl.DataFrame({"y": [10.0, 20.0]}))
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, [-np.sqrt(1.5), 0.0], rtol=1e-6)
    np.testing.assert_allclose(target.decode(outputs), [10.0, 20.0], rtol=1e-6)


def test_a_class_that_training_has_not_is_refused_with_its_environment():
    frame = pl.DataFrame({"y": ["a", "z"], ENVIRONMENT: ["va", "zh"]})
    with pytest.raises(DataError, match=r"'z' \(environment 'zh'\) of 'y' is in no training row.*'a', 'b'"):
        fitted("classification", ["a", "b"]).encode(frame)


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize(
    ("values", "message"), [([1.0, None], "missing in 1 rows"), ([2.0, 2.0], "is 2.0 in all")]
)
def test_labels_from_which_nothing_can_be_learnt_are_refused(task, values, message):
    with pytest.raises(DataError, match=message):
        fitted(task, values)


def test_a_frame_without_the_label_cannot_be_encoded():
    with pytest.raises(DataError, match="no column 'y'"):
        fitted("regression", [1.0, 2.0]).encode(pl.DataFrame({"x": [1]}))
