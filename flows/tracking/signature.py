"""What a registered model takes and gives, by an example of both."""

import polars as pl
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

EXAMPLE_ROWS = 5
TYPES: dict[type[pl.DataType], DataType] = {
    pl.String: DataType.string,
    pl.Int64: DataType.long,
    pl.Float64: DataType.double,
    pl.Float32: DataType.float,
    pl.Boolean: DataType.boolean,
    pl.Date: DataType.datetime,
    pl.Datetime: DataType.datetime,
}


def example(rows: pl.DataFrame) -> pl.DataFrame:
    """Some of the typed rows, as a client has them: in pandas whole numbers with gaps are floats."""
    gaps = [name for name, dtype in rows.schema.items() if dtype == pl.Int64 and rows[name].null_count()]
    return rows.head(EXAMPLE_ROWS).cast(dict.fromkeys(gaps, pl.Float64))


def signature(inputs: pl.DataFrame, predicted: pl.DataFrame) -> ModelSignature:
    """Inputs: the columns that the model reads, by an example. Outputs: those of its answers."""
    return ModelSignature(inputs=columns(inputs), outputs=columns(predicted))


def columns(frame: pl.DataFrame) -> Schema:
    """An MLflow schema of a frame's columns."""
    return Schema([ColSpec(TYPES[dtype.base_type()], name) for name, dtype in frame.schema.items()])
