"""Is a document a valid data contract? The standard's own JSON schema, told in sentences."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft201909Validator, ValidationError
from open_data_contract_standard.model import OpenDataContractStandard

from irm_core.contracts.problems import Problem
from irm_core.contracts.standard import standard_schema
from irm_core.contracts.unknown_keys import unknown_keys
from irm_core.contracts.yaml_lines import Place

VERSIONS = ("v3.1.", "v3.2.")
_CLOSED = ("unevaluatedProperties", "additionalProperties")


def lint(data: dict[str, Any]) -> list[Problem]:
    """What the standard's schema, and the versions that we read, have against the parsed contract."""
    strangers = list(unknown_keys(data, OpenDataContractStandard))
    untyped = list(_untyped(data))
    errors = [one for one in _validator().iter_errors(data) if tuple(one.absolute_path)[:4] not in untyped]
    return [*strangers, *_told(errors, {problem.place for problem in strangers}), *_version(data)]


@cache
def _validator() -> Draft201909Validator:
    return Draft201909Validator(standard_schema())


def _untyped(data: dict[str, Any]) -> Iterator[Place]:
    """Columns without logicalType. Of these the schema demands what belongs to every type at once."""
    schemas = data.get("schema")
    for index, schema in enumerate(schemas if isinstance(schemas, list) else ()):
        columns = schema.get("properties") if isinstance(schema, dict) else None
        for number, column in enumerate(columns if isinstance(columns, list) else ()):
            if isinstance(column, dict) and "logicalType" not in column:
                yield "schema", index, "properties", number


def _told(errors: list[ValidationError], told: set[Place]) -> Iterator[Problem]:
    """The errors, without keys already told, and those unknown only because something else is wrong there."""
    wrong = [tuple(error.absolute_path) for error in errors if error.validator not in _CLOSED]
    for error in errors:
        place = tuple(error.absolute_path)
        if error.validator not in _CLOSED:
            yield Problem(place, _sentence(error))
        elif not any(other[: len(place)] == place for other in wrong):
            keys = [key for key in error.instance if repr(key) in error.message]
            yield from (
                Problem((*place, key), _misplaced(key, error)) for key in keys if (*place, key) not in told
            )


def _misplaced(key: str, error: ValidationError) -> str:
    return f"the key {key!r} has no place in {_name(error)}."


def _sentence(error: ValidationError) -> str:
    name, value, wanted = _name(error), error.instance, error.validator_value
    if error.validator == "required":
        missing = [key for key in wanted if key not in value]
        return f"{name} lacks the key {', '.join(map(repr, missing))}."
    if error.validator == "enum":
        return f"{name} is {value!r}, but must be one of {', '.join(map(str, wanted))}."
    if error.validator == "type":
        return f"{name} is {value!r}, but must be of type {wanted}."
    if error.validator == "oneOf" and all("mustBe" in str(one) or "mustNotBe" in str(one) for one in wanted):
        return f"{name} must have exactly one operator, such as mustBe or mustBeLessThan."
    return f"{name}: {error.message[:200]}."


def _name(error: ValidationError) -> str:
    """The key that an error is about; for an item of a list, the list's."""
    keys = [part for part in error.absolute_path if isinstance(part, str)]
    return f"`{keys[-1]}`" if keys else "the contract"


def _version(data: dict[str, Any]) -> Iterator[Problem]:
    version = data.get("apiVersion")
    if isinstance(version, str) and not version.startswith(VERSIONS):
        yield Problem(("apiVersion",), f"apiVersion is {version!r}, but we read v3.1.0 and v3.2.0.")
