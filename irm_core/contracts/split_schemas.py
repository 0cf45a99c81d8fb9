"""JSON schema of the custom property `environments`: that of each kind of split, from its own model."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from irm_core.contracts.splits import KINDS, Split
from irm_core.contracts.splits_from_odcs import DEFAULT_KIND, SAFE_NAME

TEXT = ["string", "number"]
"""The types of a name in YAML: numbers are read as text."""


class _AsRead(GenerateJsonSchema):
    """Texts may be numbers, as splits read them; no titles, which say what the keys say."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return super().str_schema(schema) | {"type": TEXT}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def splits_schema() -> dict[str, Any]:
    """The schema of a mapping from the name of a split to its declaration."""
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^(?:{SAFE_NAME.pattern})$"},
        "additionalProperties": {
            "type": "object",
            "properties": {"kind": {"enum": list(KINDS), "default": DEFAULT_KIND}},
            "allOf": [_of_kind(name, kind) for name, kind in KINDS.items()],
        },
    }


def _of_kind(name: str, kind: type[Split]) -> dict[str, Any]:
    declared: dict[str, Any] = {"properties": {"kind": {"const": name}}}
    if name != DEFAULT_KIND:
        declared["required"] = ["kind"]
    schema = kind.model_json_schema(by_alias=True, schema_generator=_AsRead)
    del schema["title"]
    return {"if": declared, "then": schema}
