"""The signature of a registered model: what a client may send."""

import polars as pl
import pytest

from flows.tracking.signature import example, signature

pytestmark = pytest.mark.slow

ROWS = pl.DataFrame(
    {
        "age": [30, None, 50] * 4,
        "rank": [1, 2, 3] * 4,
        "dose": [0.5, None, 1.5] * 4,
        "ward": ["a", None, "b"] * 4,
    },
    {"age": pl.Int64, "rank": pl.Int64, "dose": pl.Float64, "ward": pl.String},
)


@pytest.mark.parametrize("rows", [ROWS, pl.concat([ROWS.drop_nulls(), ROWS])])
def test_whole_numbers_with_gaps_are_floats_as_in_pandas(rows) -> None:
    from mlflow.pyfunc import _enforce_schema

    shown = example(rows)
    made = signature(shown, pl.DataFrame({"prediction": [0.5]}))
    types = {column.name: column.type.name for column in made.inputs}
    assert types == {"age": "double", "rank": "long", "dose": "double", "ward": "string"}
    assert _enforce_schema(shown.to_pandas(), made.inputs).shape == shown.shape
