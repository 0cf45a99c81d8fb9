"""The schema of a model: what it keeps of a contract."""

from irm_core.contracts.contract import Column
from irm_core.data.schema import ModelSchema


def test_it_keeps_features_and_label_and_survives_json(contract):
    schema = ModelSchema.of(contract())
    assert schema.inputs == ("age",)
    assert (schema.label.name, schema.task, schema.image) == ("sick", "classification", None)
    assert ModelSchema.model_validate_json(schema.model_dump_json()) == schema


def test_images_are_the_input_where_there_are_images(contract):
    columns = (Column("path", "string", "image", 11), *contract().columns[::2])
    assert ModelSchema.of(contract(columns=columns)).inputs == ("path",)
