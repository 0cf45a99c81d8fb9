"""Features: learnt on training rows, finite for any row, the same after JSON."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irm_core.data.category import MOST_CATEGORIES, MOST_INDEXED
from irm_core.data.features import Features
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.errors import DataError

TYPES = {
    "number": pl.Float64,
    "integer": pl.Int64,
    "boolean": pl.Boolean,
    "string": pl.String,
    "date": pl.Date,
}


def schema(**types: str) -> ModelSchema:
    return ModelSchema(
        task="regression",
        label=ModelColumn(name="y", logical_type="number"),
        features=tuple(ModelColumn(name=name, logical_type=one) for name, one in types.items()),
        image=None,
        missing_values=("?",),
    )


def fitted(logical_type: str, values: list, *, indexed: bool = False) -> Features:
    return Features.fit(
        pl.DataFrame({"x": pl.Series(values, dtype=TYPES[logical_type])}),
        schema(x=logical_type),
        indexed=indexed,
    )


def encoded(features: Features, *values: object) -> list[list[float]]:
    return features.transform(pl.DataFrame({"x": list(values)})).tolist()


@pytest.mark.parametrize(
    ("logical_type", "training", "names", "value", "numbers"),
    [
        ("number", [1.0, 3.0], ("x",), 4.0, [2.0]),
        ("number", [1.0, 3.0], ("x",), None, [0.0]),
        ("number", [1.0, 3.0, None], ("x", "x (missing)"), None, [0.0, 1.0]),
        ("number", [1.0, 3.0, None], ("x", "x (missing)"), 3.0, [1.0, 0.0]),
        ("number", [5.0, 5.0], ("x",), 7.0, [2.0]),
        ("number", [0.1] * 3, ("x",), 0.1, [0.0]),
        ("integer", [0, 4], ("x",), 4, [1.0]),
        ("boolean", [True, False], ("x",), True, [1.0]),
        ("boolean", [True, True, True, False], ("x",), None, [0.75]),
        ("string", ["b", "a", None, "b"], ("x = a", "x = b", "x (unknown)"), "b", [0.0, 1.0, 0.0]),
        ("string", ["b", "a"], ("x = a", "x = b", "x (unknown)"), "new", [0.0, 0.0, 1.0]),
        ("string", ["b", "a"], ("x = a", "x = b", "x (unknown)"), None, [0.0, 0.0, 1.0]),
        ("string", [None, None], ("x (unknown)",), "new", [1.0]),
        ("date", [date(2024, 1, 1), date(2024, 1, 3)], ("x",), date(2024, 1, 4), [2.0]),
    ],
)
def test_by_hand(logical_type, training, names, value, numbers):
    features = fitted(logical_type, training)
    assert features.names == names
    known = next(one for one in [*training, "a"] if one is not None)
    assert encoded(features, known, value)[1] == pytest.approx(numbers)


def test_training_rows_have_mean_zero_and_variance_one():
    values = np.random.default_rng(0).normal(1e6, 3.0, 1000)
    inputs = fitted("number", values.tolist()).transform(pl.DataFrame({"x": values}))
    assert inputs.mean() == pytest.approx(0, abs=1e-4)
    assert inputs.std() == pytest.approx(1, abs=1e-4)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.none() | st.floats(-1e30, 1e30), min_size=1).filter(any),
    st.lists(st.none() | st.floats(-1e30, 1e30), min_size=1),
)
def test_numbers_are_finite_or_refused_and_row_major(training, values):
    features = fitted("number", training)
    frame = pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)})
    try:
        inputs = features.transform(frame)
    except DataError as error:
        assert "too large" in str(error)
        return
    assert inputs.dtype == np.float32
    assert inputs.shape == (len(values), len(features.names))
    assert inputs.flags["C_CONTIGUOUS"]
    assert np.isfinite(inputs).all()


def test_json_keeps_everything():
    frame = pl.DataFrame({"a": [0.1, None, 1 / 3], "b": ["u", "v", None]})
    features = Features.fit(frame, schema(a="number", b="string"))
    again = Features.model_validate_json(features.model_dump_json())
    assert again == features
    np.testing.assert_array_equal(again.transform(frame), features.transform(frame))


def test_an_index_is_the_place_among_the_values_of_training_rows_and_after_them_for_any_other():
    features = fitted("string", ["b", "a", None, "b", "c"], indexed=True)
    assert (features.names, features.indexed) == (("x",), {0: 4})
    assert encoded(features, "a", "b", "c", "new", None) == [[0.0], [1.0], [2.0], [3.0], [3.0]]


def test_indices_and_one_hot_columns_say_the_same():
    values = ["b", "a", None, "c", "new", "b"]
    one_hot, index = (fitted("string", values[:4], indexed=indexed) for indexed in (False, True))
    frame = pl.DataFrame({"x": values})
    assert one_hot.transform(frame).argmax(1).tolist() == index.transform(frame)[:, 0].tolist()
    assert one_hot.indexed == {}


def test_the_places_of_indices_are_told_among_other_columns():
    frame = pl.DataFrame(
        {"a": [0.1, None], "b": ["u", "v"], "c": [1.0, 2.0], "d": [None, None]},
        schema_overrides={"d": pl.String},
    )
    types = {"a": "number", "b": "string", "c": "number", "d": "string"}
    features = Features.fit(frame, schema(**types), indexed=True)
    assert features.names == ("a", "a (missing)", "b", "c", "d")
    assert features.indexed == {2: 3, 4: 1}
    again = Features.model_validate_json(features.model_dump_json())
    np.testing.assert_array_equal(again.transform(frame), features.transform(frame))


def test_many_categories_are_one_column_if_indexed():
    values = [str(one) for one in range(MOST_CATEGORIES + 1)]
    features = fitted("string", values, indexed=True)
    assert encoded(features, "999", "0") == [[float(sorted(values).index("999"))], [0.0]]
    with pytest.raises(DataError, match=f"{MOST_INDEXED} is the most"):
        fitted("string", [str(one) for one in range(MOST_INDEXED + 1)], indexed=True)


def test_text_is_read_as_in_a_csv_file():
    features = fitted("integer", [0, 4])
    assert encoded(features, "4.0", " 0 ", "?", "") == [[1.0], [-1.0], [0.0], [0.0]]


def test_no_row_is_no_error():
    features = fitted("string", ["a"])
    assert features.transform(pl.DataFrame({"x": []}, {"x": pl.String})).shape == (0, 2)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"z": [1]}, "no column 'x', which the model reads. It needs: x"),
        ({"x": ["1", "tall", "wide"]}, "Row 1 of the column 'x' is 'tall', which is no number; 2 rows"),
        ({"x": [1e300]}, "'x' has a value that is too large"),
    ],
)
def test_frames_that_cannot_be_read_are_refused_by_column(frame, message):
    with pytest.raises(DataError, match=message):
        fitted("number", [1.0, 3.0]).transform(pl.DataFrame(frame))


@pytest.mark.parametrize(
    ("logical_type", "values", "message"),
    [
        ("number", [None, None], "'x' has not one value.*`ignore`"),
        (
            "string",
            [str(one) for one in range(MOST_CATEGORIES + 1)],
            "'x' has 1001 different values.*With embedding",
        ),
    ],
)
def test_features_that_cannot_be_learnt_are_refused_by_column(logical_type, values, message):
    with pytest.raises(DataError, match=message):
        fitted(logical_type, values)


def table(rows: int) -> pl.DataFrame:
    random = np.random.default_rng(0)
    columns = {"x": random.normal(size=rows), "unused": np.zeros(rows), "n": random.integers(0, 9, rows)}
    frame = pl.DataFrame({**columns, "s": pl.Series(list("abcd")).gather(random.integers(0, 4, rows))})
    return frame.with_columns(pl.when(pl.col("n") > 0).then("x").alias("x"))


def test_what_is_in_files_is_encoded_as_what_is_in_memory_to_the_last_bit_and_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("irm_core.data.features.ROWS_AT_ONCE", 700)
    frame = table(5000)
    files = [tmp_path / f"{place}.parquet" for place in range(3)]
    for file, first in zip(files, (0, 1000, 1100), strict=True):
        frame[first : {0: 1000, 1000: 1100}.get(first)].write_parquet(file, row_group_size=300)
    unread, types = pl.scan_parquet(files), {"s": "string", "x": "number", "n": "integer"}
    in_memory, in_files = (Features.fit(one, schema(**types)) for one in (frame, unread))
    assert in_files == in_memory
    numbers = in_files.transform(unread)
    np.testing.assert_array_equal(numbers, in_memory.transform(frame))
    np.testing.assert_array_equal(numbers, in_memory.transform(pl.read_parquet(files)))


def test_only_training_rows_are_learnt_from():
    frame = table(100)
    training = pl.Series(np.arange(100) % 3 > 0)
    types = {"s": "string", "x": "number"}
    found = Features.fit(frame, schema(**types), training=training)
    assert found == Features.fit(frame.filter(training), schema(**types))
    assert found != Features.fit(frame, schema(**types))


def test_what_cannot_be_read_in_files_is_refused_as_in_memory(tmp_path):
    file = tmp_path / "rows.parquet"
    pl.DataFrame({"x": ["1", "2", "tall", "wide"]}).write_parquet(file, row_group_size=1)
    features = fitted("number", [1.0, 3.0])
    with pytest.raises(DataError, match=r"Row 2 .*'tall'.* 2 rows"):
        features.transform(pl.scan_parquet(file))
    with pytest.raises(DataError, match="no column 'x'"):
        features.transform(pl.scan_parquet(file).select(z="x"))


def test_rows_that_are_encoded_in_slices_are_the_same_and_refused_with_their_number(monkeypatch):
    features = Features.fit(pl.DataFrame({"x": [1.0, 4.0], "s": ["a", "b"]}), schema(x="number", s="string"))
    frame = pl.DataFrame({"x": [str(one) for one in range(10)], "s": list("abcabcabca")})
    whole = features.transform(frame)
    monkeypatch.setattr("irm_core.data.features.ROWS_AT_ONCE", 3)
    assert np.array_equal(features.transform(frame), whole)
    with pytest.raises(DataError, match=r"Row 4 .*'four'.* 2 rows"):
        features.transform(frame.with_columns(x=pl.col("x").replace({"4": "four", "9": "nine"})))
    with pytest.raises(DataError, match="'x' has a value that is too large"):
        features.transform(frame.with_columns(x=pl.col("x").replace({"7": "1e300"})))
