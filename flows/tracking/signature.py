"""What a registered model takes and gives, with the types of the contract."""

import polars as pl
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

from irm_core.contracts.contract import DTYPES
from irm_core.data.schema import ModelSchema

TYPES: dict[type[pl.DataType], DataType] = {
    pl.String: DataType.string,
    pl.Int64: DataType.long,
    pl.Float64: DataType.double,
    pl.Float32: DataType.float,
    pl.Boolean: DataType.boolean,
    pl.Date: DataType.datetime,
    pl.Datetime: DataType.datetime,
}


def signature(schema: ModelSchema, predicted: pl.DataFrame) -> ModelSignature:
    """Inputs: the columns that the model reads. Outputs: those of `predicted`, an example of its answers."""
    inputs = {column.name: DTYPES[column.logical_type] for column in schema.features}
    if schema.image:
        inputs[schema.image] = pl.String
    outputs = {name: dtype.base_type() for name, dtype in predicted.schema.items()}
    return ModelSignature(inputs=columns(inputs), outputs=columns(outputs))


def columns(dtypes: dict[str, type[pl.DataType]]) -> Schema:
    """An MLflow schema of named Polars types."""
    return Schema([ColSpec(TYPES[dtype], name) for name, dtype in dtypes.items()])
