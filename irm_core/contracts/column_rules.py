"""The rules that the declaration of a column implies."""

from collections.abc import Iterator
from typing import Any

from open_data_contract_standard.model import SchemaProperty

from irm_core.contracts.columns import DATES, Declared
from irm_core.contracts.drafts import Draft, drafted
from irm_core.contracts.problems import Problems
from irm_core.contracts.yaml_lines import Place

_RANGE = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LENGTH = ("minLength", "maxLength")


def column_rules(one: Declared, problems: Problems) -> Iterator[Draft]:
    """What `required`, `unique`, `enum`, `primaryKey` and `logicalTypeOptions` say of the column."""
    stated, column = one.property, {"column": one.column.name}
    if stated.relationships:
        told = "relationships cannot be checked in one table; delete them."
        problems.add((*one.place, "relationships"), told)
    if stated.required or stated.primaryKey:
        yield drafted("expect_column_values_to_not_be_null", column, one.place)
    if stated.unique:
        yield drafted("expect_column_values_to_be_unique", column, one.place)
    if stated.enum:
        values = {"value_set": [value.value for value in stated.enum]}
        yield drafted("expect_column_values_to_be_in_set", column | values, (*one.place, "enum"))
    yield from _options(column, stated, (*one.place, "logicalTypeOptions"), problems)


def _options(
    column: dict[str, str], stated: SchemaProperty, place: Place, problems: Problems
) -> Iterator[Draft]:
    options: dict[str, Any] = dict(stated.logicalTypeOptions or {})
    if stated.logicalType in DATES:
        options.pop("format", None)  # how to read a value, no rule
    for key in options:
        if key not in (*_RANGE, *_LENGTH, "pattern"):
            problems.add((*place, key), f"the option {key!r} cannot be run; delete it.")
    if any(key in options for key in _RANGE):
        yield drafted("expect_column_values_to_be_between", column | _range(options), place)
    if "pattern" in options:
        pattern = {"regex": options["pattern"]}
        yield drafted("expect_column_values_to_match_regex", column | pattern, (*place, "pattern"))
    if any(key in options for key in _LENGTH):
        lengths = {"min_value": options.get("minLength"), "max_value": options.get("maxLength")}
        given = {key: value for key, value in lengths.items() if value is not None}
        yield drafted("expect_column_value_lengths_to_be_between", column | given, place)


def _range(options: dict[str, Any]) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    for side in ("Minimum", "Maximum"):
        name = side[:3].lower()
        if f"exclusive{side}" in options:
            bounds |= {f"{name}_value": options[f"exclusive{side}"], f"strict_{name}": True}
        elif side.lower() in options:
            bounds[f"{name}_value"] = options[side.lower()]
    return bounds
