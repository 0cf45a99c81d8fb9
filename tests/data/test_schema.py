"""The schema of a model: what it keeps of a contract."""

from datetime import date

import polars as pl
import pytest

from irm_core.contracts.contract import Column
from irm_core.contracts.notation import Notation
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.errors import DataError


def test_it_keeps_features_and_label_and_survives_json(contract):
    schema = ModelSchema.of(contract())
    assert schema.inputs == ("age",)
    assert (schema.label.name, schema.task, schema.image) == ("sick", "classification", None)
    assert ModelSchema.model_validate_json(schema.model_dump_json()) == schema


def test_a_decimal_comma_and_a_date_format_go_with_the_model(contract):
    columns = (
        Column("hospital", "string", "environment", 11),
        Column("age", "number", "feature", 12, decimal=","),
        Column("seen", "date", "feature", 14, format="dd/MM/yyyy"),
        Column("sick", "integer", "label", 13),
    )
    schema = ModelSchema.model_validate_json(ModelSchema.of(contract(columns=columns)).model_dump_json())
    raw = pl.DataFrame({"age": ["1,5", "?"], "seen": ["03/07/2020", ""]})
    assert schema.read(raw).rows() == [(1.5, date(2020, 7, 3)), (None, None)]
    with pytest.raises(DataError, match=r"Row 0 of the column 'age' is '1\.5', which is no number"):
        schema.read(raw.with_columns(age=pl.lit("1.5")))


def test_models_saved_before_there_were_notations_are_read():
    assert ModelColumn.model_validate({"name": "age", "logical_type": "number"}).notation == Notation(
        "number"
    )


def test_images_are_the_input_where_there_are_images(contract):
    columns = (Column("path", "string", "image", 11), *contract().columns[::2])
    assert ModelSchema.of(contract(columns=columns)).inputs == ("path",)
