"""Numbers: scaled and completed as the contract says, by training rows only."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irm_core.data.features import Features
from irm_core.data.number import QUARTILES
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.errors import DataError

SKEWED = [0.0, 1.0, 2.0, 3.0, 1000.0]


def features(values: list, logical_type: str = "number", **encoding: str) -> Features:
    column = ModelColumn(name="x", logical_type=logical_type, **encoding)
    schema = ModelSchema(
        task="regression",
        label=ModelColumn(name="y", logical_type="number"),
        features=(column,),
        image=None,
        missing_values=(),
    )
    return Features.fit(pl.DataFrame({"x": values}), schema)


def encoded(found: Features, *values: object) -> list[float]:
    return found.transform(pl.DataFrame({"x": pl.Series(values, strict=False)}))[:, 0].tolist()


@pytest.mark.parametrize(
    ("scale", "value", "number"),
    [
        ("robust", 2.0, 0.0),
        ("robust", 4.0, 2 / (2 / QUARTILES)),
        ("none", 4.0, 4.0),
        ("standard", np.mean(SKEWED), 0.0),
    ],
)
def test_scales_by_hand(scale, value, number):
    assert encoded(features(SKEWED, scale=scale), value) == pytest.approx([number])


def test_robust_is_blind_to_how_far_the_farthest_are():
    near, far = (features([*SKEWED[:-1], most], scale="robust") for most in (10.0, 1e9))
    assert near.columns[0].model_dump(exclude={"fill"}) == far.columns[0].model_dump(exclude={"fill"})


def test_of_normal_numbers_robust_is_standard():
    values = np.random.default_rng(0).normal(5.0, 3.0, 100_000).tolist()
    (robust,), (standard,) = (features(values, scale=one).columns for one in ("robust", "standard"))
    assert (robust.centre, robust.scale) == pytest.approx((standard.centre, standard.scale), rel=0.02)


def test_where_the_quartiles_are_the_same_robust_takes_the_standard_deviation():
    (number,) = features([0.0] * 9 + [10.0], scale="robust").columns
    assert (number.centre, number.scale) == pytest.approx((0.0, 3.0))


def test_what_does_not_vary_is_not_divided():
    assert encoded(features([7.0] * 5, scale="robust"), 9.0) == [2.0]


@pytest.mark.parametrize(
    ("values", "encoding"),
    [
        ([1e300, -1e300], {}),
        ([1.7e308, 1.7e308], {}),
        ([1.7e308, 1.7e308], {"scale": "none"}),
        ([-1.7e308, 1.7e308, -1.7e308, 1.7e308], {"scale": "robust"}),
    ],
)
def test_what_cannot_be_scaled_in_float64_is_refused_when_it_is_learnt(values, encoding):
    with pytest.raises(DataError, match="'x' has a value that is too large to compute with"):
        features(values, **encoding)


@settings(deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1),
    st.sampled_from(["standard", "robust", "none"]),
    st.sampled_from(["mean", "median"]),
)
def test_what_is_learnt_can_be_read_from_json_whatever_the_values(values, scale, impute):
    try:
        found = features(values, scale=scale, impute=impute)
    except DataError:
        return
    assert Features.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(("impute", "fill"), [("mean", 201.2), ("median", 2.0)])
def test_what_is_missing_is_the_mean_or_median_and_told(impute, fill):
    found = features([*SKEWED, None], scale="none", impute=impute)
    assert found.names == ("x", "x (missing)")
    rows = found.transform(pl.DataFrame({"x": [None, 5.0]}))
    np.testing.assert_allclose(rows, [[fill, 1.0], [5.0, 0.0]])


def test_booleans_are_completed_too():
    found = features([True, True, False, None], "boolean", impute="median")
    assert encoded(found, True, None, False) == [1.0, 1.0, 0.0]


@pytest.mark.parametrize("scale", ["standard", "robust", "none"])
@pytest.mark.parametrize("impute", ["mean", "median"])
def test_json_keeps_everything(scale, impute):
    found = features([*SKEWED, None], scale=scale, impute=impute)
    again = Features.model_validate_json(found.model_dump_json())
    assert again == found
    assert encoded(again, 0.1, None, 1 / 3) == encoded(found, 0.1, None, 1 / 3)


def test_what_older_releases_saved_is_read_as_it_was():
    found = features([*SKEWED, None])
    older = found.model_dump(mode="json")
    for column in (older["inputs"]["label"], *older["inputs"]["features"]):
        del column["scale"], column["impute"]
    assert Features.model_validate(older) == found
