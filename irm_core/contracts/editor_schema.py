"""JSON schema of our contracts, for editors: the standard's own, and that of our custom properties.

It is one document without references to others, so that editors need no network. What it refuses, reading
refuses too; reading refuses more: what columns, types and Polars have against a rule.
"""

from collections.abc import Mapping
from typing import Any, get_args

from irm_core.contracts.contract import Role, Task
from irm_core.contracts.custom_properties import CONTRACT, DATABASE, FILES, PROPERTY, QUALITY, SCHEMA, VENDOR
from irm_core.contracts.encoding import Impute, Scale
from irm_core.contracts.notation import DECIMALS
from irm_core.contracts.object_storage import PROTOCOLS
from irm_core.contracts.policy import PERCENT
from irm_core.contracts.source import DATABASES, FILE_SERVERS
from irm_core.contracts.split_schemas import TEXT, splits_schema
from irm_core.contracts.standard import standard_schema
from irm_core.contracts.within import EACH

Schema = dict[str, Any]


def editor_schema() -> Schema:
    """The schema of a contract that can be executed, as far as a schema can tell."""
    return {**standard_schema(), "title": "Data contract for irmflow", "allOf": [_extensions()]}


def _extensions() -> Schema:
    quality = _custom(QUALITY, _QUALITY)
    column = _custom(PROPERTY, _PROPERTY, quality=quality)
    table = _custom(SCHEMA, {"environments": splits_schema()}, quality=quality, properties=column)
    return _custom(CONTRACT, _CONTRACT, servers={"items": {"allOf": _servers()}}, schema=table)["items"]


def _servers() -> list[Schema]:
    """Of files, of objects under a location that only we read, and of databases."""
    ours = {"type": {"const": "custom"}, "location": {"pattern": f"^({'|'.join(PROTOCOLS)})://"}}
    files, database = _custom(FILES, _FILES)["items"], _custom(DATABASE, _DATABASE)["items"]
    return [
        {"if": _said("type", *FILE_SERVERS), "then": files},
        {"if": {"properties": ours, "required": list(ours)}, "then": files},
        {"if": _said("type", *DATABASES), "then": database},
    ]


def _custom(known: tuple[str, ...], values: Mapping[str, Schema], **below: Schema) -> Schema:
    """A list of objects whose custom properties are known, and have values of theirs, where they are ours."""
    return {"items": {"properties": {"customProperties": {"items": _ours(known, values)}, **below}}}


def _ours(known: tuple[str, ...], values: Mapping[str, Schema]) -> Schema:
    said = [{"if": _said("property", one), "then": {"properties": {"value": values[one]}}} for one in known]
    ours = {"properties": {"property": {"enum": list(known)}}, "allOf": said}
    return {"if": {"properties": {"vendor": {"const": VENDOR}}}, "then": ours}


def _said(key: str, *values: str) -> Schema:
    return {"properties": {key: {"enum": list(values)}}, "required": [key]}


def _choice(description: str, type_: Any) -> Schema:
    return {"description": description, "enum": list(get_args(type_))}


_NAME: Schema = {"type": TEXT}
_ENCODING: dict[str, Schema] = {
    "scale": _choice("By what a number is centred and divided.", Scale),
    "impute": _choice("What stands where a value is missing.", Impute),
}
_MISSING: Schema = {
    "description": "The texts that mean that a value is missing, beside blank, null and NaN.",
    "type": "array",
    "items": _NAME,
}
_CONTRACT: dict[str, Schema] = {
    "maxQuarantined": {
        "description": "The share of rows that may be quarantined, as 20 % or 0.2; none if not said.",
        "anyOf": [
            {"type": "string", "pattern": f"^(?:{PERCENT.pattern})$"},
            {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
        ],
    },
    "missingValues": _MISSING,
    **_ENCODING,
}
_BLOCK: Schema = {
    "description": "The Prefect block, of the type Secret, with the credentials.",
    "type": "string",
    "minLength": 1,
}
_DATABASE: dict[str, Schema] = {
    "query": {"description": "A SELECT that takes the place of the table.", "type": "string", "minLength": 1},
    "credentialsBlock": _BLOCK,
}
_FILES: dict[str, Schema] = {
    "storageOptions": {
        "description": "Of s3, gs and az: where and how, never a credential.",
        "type": "object",
        "additionalProperties": {"type": ["string", "boolean", "integer"]},
    },
    "credentialsBlock": _BLOCK,
    "version": {"description": "Of a Delta table; the latest, if not said.", "type": "integer", "minimum": 0},
    "delimiter": {
        "description": "Between fields of CSV: one ASCII character.",
        "type": "string",
        "minLength": 1,
        "maxLength": 1,
    },
    "decimal": {"description": "The decimal mark of numbers in CSV.", "enum": list(DECIMALS)},
}
_PROPERTY: dict[str, Schema] = {
    "role": _choice("What the column is for.", Role),
    "task": _choice("What is to be learnt of the label.", Task),
    "missingValues": _MISSING | {"description": "Those of this column, instead of the contract's."},
    **_ENCODING,
}
_QUALITY: dict[str, Schema] = {
    "environments": {
        "description": "The environments that the rule is about: each, the name of one, or a list of names.",
        "anyOf": [
            {"const": EACH},
            _NAME,
            {"type": "array", "items": _NAME, "minItems": 1, "uniqueItems": True},
        ],
    },
    "split": {"description": "The split whose environments they are.", "type": "string"},
}
