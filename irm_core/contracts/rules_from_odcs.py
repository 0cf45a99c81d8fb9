"""Every rule of a contract: those that a column's declaration implies, its quality rules, and the automatic ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from open_data_contract_standard.model import SchemaObject

from irm_core.contracts.columns import Declared
from irm_core.contracts.custom_properties import NOWHERE_ELSE, ours
from irm_core.contracts.names import ROW_UNREADABLE, unreadable
from irm_core.contracts.problems import Problem, Problems
from irm_core.contracts.quality import Draft, draft
from irm_core.contracts.rule_builder import RuleBuilder
from irm_core.contracts.rules import Rule
from irm_core.contracts.yaml_lines import Place

_RANGE = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_LENGTH = {"minLength", "maxLength"}


def read_rules(
    schema: SchemaObject,
    place: Place,
    declared: Sequence[Declared],
    missing_values: tuple[str, ...],
    problems: Problems,
) -> tuple[Rule, ...]:
    """The rules that can be run, each with a name of its own; a problem for each that cannot."""
    builder = RuleBuilder(
        problems.document,
        {one.column.name: one.column.dtype for one in declared},
        {one.column.name: one.column.logical_type for one in declared},
    )
    drafts = list(_automatic(declared, place))
    for one in declared:
        drafts += _of_column(one, problems)
        drafts += _quality(one.property.quality, one.column.name, one.place, missing_values, problems)
    drafts += _primary_key(declared, place)
    drafts += _quality(schema.quality, None, place, missing_values, problems)
    faulty = {str(one.name) for one in schema.properties or ()} - set(builder.dtypes)
    rules: list[Rule] = []
    for one_draft in drafts:
        if faulty & _mentioned(one_draft):
            continue  # its column's own problem is told already
        with problems.gathered():
            rules.append(builder.build(*vars(one_draft).values()))
    return tuple(_with_own_names(_once(rules)))


def _automatic(declared: Sequence[Declared], place: Place) -> Iterator[Draft]:
    """Rules that hold of every data set: what is there can be read."""
    absent = "expect_column_values_to_be_null"
    yield Draft("row.fields", absent, {"column": ROW_UNREADABLE}, place)
    for one in declared:
        name = one.column.name
        if one.column.role == "image":
            yield Draft(f"{name}.image", absent, {"column": unreadable(name)}, one.place)
        elif one.column.logical_type != "string":
            yield Draft(f"{name}.type", absent, {"column": unreadable(name)}, one.place)


def _of_column(one: Declared, problems: Problems) -> Iterator[Draft]:
    """What `required`, `unique`, `enum`, `primaryKey` and logicalTypeOptions say."""
    name, stated = one.column.name, one.property
    options: dict[str, Any] = stated.logicalTypeOptions or {}
    where = (*one.place, "logicalTypeOptions")
    for key in sorted(set(options) - _RANGE - _LENGTH - {"pattern"}):
        problems.add((*where, key), f"the option {key!r} cannot be run; delete it.")
    if stated.relationships:
        problems.add(
            (*one.place, "relationships"), "relationships cannot be checked in one table; delete them."
        )
    if stated.required or stated.primaryKey:
        yield Draft(f"{name}.required", "expect_column_values_to_not_be_null", {"column": name}, one.place)
    if stated.unique:
        yield Draft(f"{name}.unique", "expect_column_values_to_be_unique", {"column": name}, one.place)
    if stated.enum:
        values = {"column": name, "value_set": [value.value for value in stated.enum]}
        yield Draft(f"{name}.values", "expect_column_values_to_be_in_set", values, (*one.place, "enum"))
    if _RANGE & set(options):
        yield Draft(f"{name}.range", "expect_column_values_to_be_between", _range(name, options), where)
    if "pattern" in options:
        pattern = {"column": name, "regex": options["pattern"]}
        yield Draft(f"{name}.pattern", "expect_column_values_to_match_regex", pattern, (*where, "pattern"))
    if _LENGTH & set(options):
        lengths = {"min_value": options.get("minLength"), "max_value": options.get("maxLength")}
        given = {key: value for key, value in lengths.items() if value is not None}
        yield Draft(
            f"{name}.length", "expect_column_value_lengths_to_be_between", {"column": name, **given}, where
        )


def _range(name: str, options: dict[str, Any]) -> dict[str, Any]:
    arguments: dict[str, Any] = {"column": name}
    for side, inclusive, exclusive in (
        ("min", "minimum", "exclusiveMinimum"),
        ("max", "maximum", "exclusiveMaximum"),
    ):
        if exclusive in options:
            arguments |= {f"{side}_value": options[exclusive], f"strict_{side}": True}
        elif inclusive in options:
            arguments[f"{side}_value"] = options[inclusive]
    return arguments


def _primary_key(declared: Sequence[Declared], place: Place) -> Iterator[Draft]:
    key = [one for one in declared if one.property.primaryKey]
    columns = [one.column.name for one in key]
    if len(key) == 1:
        arguments = {"column": columns[0]}
        yield Draft(f"{columns[0]}.unique", "expect_column_values_to_be_unique", arguments, key[0].place)
    elif key:
        name = f"{' + '.join(columns)}.unique"
        yield Draft(name, "expect_compound_columns_to_be_unique", {"column_list": columns}, key[0].place)


def _quality(
    stated: Any, column: str | None, place: Place, missing_values: tuple[str, ...], problems: Problems
) -> Iterator[Draft]:
    for index, one in enumerate(stated or ()):
        where = (*place, "quality", index)
        ours(one.customProperties, NOWHERE_ELSE, where, problems)
        with problems.gathered():
            yield from draft(one, column, missing_values, where)


def _mentioned(one: Draft) -> set[str]:
    lists = [value if isinstance(value, list) else [value] for value in one.arguments.values()]
    return {value for values in lists for value in values if isinstance(value, str)}


def _once(rules: Sequence[Rule]) -> list[Rule]:
    """Without those that only repeat another; of two, the stricter stays."""
    kept: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda one: one.severity != "error"):
        kept.setdefault(repr((rule.expectation, sorted(rule.arguments.items()))), rule)
    return [rule for rule in rules if any(rule is one for one in kept.values())]


def _with_own_names(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Two rules of one kind about one column become `age.range` and `age.range 2`."""
    count: dict[str, int] = {}
    for rule in rules:
        count[rule.name] = count.get(rule.name, 0) + 1
        number = count[rule.name]
        yield rule if number == 1 else replace(rule, name=f"{rule.name} {number}")
