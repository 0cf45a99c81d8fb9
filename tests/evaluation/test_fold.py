"""Folds: what training rows alone tell."""

import numpy as np
import polars as pl
import pytest
import torch

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelColumn
from irm_core.evaluation.fold import prepare


def test_every_row_is_encoded_in_the_order_of_the_frame(rows, version, schema):
    fold = prepare(rows, version, schema, left_out="b")
    assert fold.trained == ("a", "c")
    assert fold.examples.environments == ("a", "b", "c", "far")
    names = [fold.examples.environments[index] for index in fold.examples.membership]
    assert names == rows.frame[ENVIRONMENT].to_list()
    assert fold.examples.validation.tolist() == rows.frame[VALIDATION].to_list()
    decoded = fold.target.decode(fold.examples.targets.numpy())
    np.testing.assert_allclose(decoded, rows.frame["y"], rtol=1e-4, atol=1e-4)


def test_only_the_rows_trained_on_are_standardised_to_mean_0_and_deviation_1(rows, version, schema):
    fold = prepare(rows, version, schema, left_out="b")
    own = torch.tensor([name in fold.trained for name in fold.examples.environments])
    trained = own[fold.examples.membership] & ~fold.examples.validation
    for values in (*fold.examples.inputs[trained].T, fold.examples.targets[trained]):
        assert values.mean().item() == pytest.approx(0, abs=1e-6)
        assert values.std(correction=0).item() == pytest.approx(1, rel=1e-5)
    assert fold.examples.targets.std(correction=0).item() != pytest.approx(1, rel=1e-2)


def test_text_becomes_indices_of_what_the_fold_trains_on(rows, version, schema):
    """A value that only the left-out environment has is unknown."""
    frame = rows.frame.with_columns(w=pl.col(ENVIRONMENT))
    feature = ModelColumn(name="w", logical_type="string")
    schema = schema.model_copy(update={"features": (*schema.features, feature)})
    fold = prepare(Rows(frame, None), version, schema, "b", indexed=True)
    assert fold.features.indexed == {2: 3}
    index = fold.examples.inputs[:, 2]
    names = [fold.examples.environments[one] for one in fold.examples.membership]
    assert {(name, int(one)) for name, one in zip(names, index, strict=True)} == {
        ("a", 0),
        ("c", 1),
        ("b", 2),
        ("far", 2),
    }


def test_pixels_are_shared_not_copied(rows, version, schema):
    pixels = np.zeros((rows.frame.height, 1, 2, 2), np.uint8)
    frame = rows.frame.with_columns(path=pl.lit("x.png"))
    image_schema = schema.model_copy(update={"features": (), "image": "path"})
    fold = prepare(Rows(frame, pixels), version, image_schema)
    assert (fold.features, fold.trained) == (None, ("a", "b", "c"))
    assert fold.examples.inputs.data_ptr() == pixels.ctypes.data
