"""Every rule of a contract: what its columns' declarations imply, its quality rules, the automatic ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from open_data_contract_standard.model import DataQuality, SchemaObject

from irm_core.contracts.column_rules import column_rules
from irm_core.contracts.columns import Declared
from irm_core.contracts.custom_properties import QUALITY, ours
from irm_core.contracts.drafts import Draft, drafted
from irm_core.contracts.names import NO_ENVIRONMENT, ROW_UNREADABLE, SMALL_ENVIRONMENT, unreadable
from irm_core.contracts.problems import Problems
from irm_core.contracts.quality import quality_rules
from irm_core.contracts.quality_entry import QualityEntry
from irm_core.contracts.rule_builder import RuleBuilder
from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import Split
from irm_core.contracts.within import read_within
from irm_core.contracts.yaml_lines import Place


def read_rules(
    schema: SchemaObject,
    place: Place,
    declared: Sequence[Declared],
    missing_values: tuple[str, ...],
    splits: Mapping[str, Split],
    problems: Problems,
) -> tuple[Rule, ...]:
    """The rules that can be run, each with a name of its own; a problem for each that cannot."""
    types = {one.column.name: one.column.logical_type for one in declared}
    builder = RuleBuilder(problems.document, types)
    drafts = list(_automatic(declared, place))
    for one in declared:
        drafts += column_rules(one, problems)
        own = one.column.missing_values
        missing = missing_values if own is None else own
        drafts += _quality(one.property.quality, one.column.name, one.place, missing, splits, problems)
    drafts += _primary_key(declared)
    drafts += _quality(schema.quality, None, place, missing_values, splits, problems)
    faulty = {str(one.name) for one in schema.properties or ()} - set(types)
    rules: list[Rule] = []
    for draft in drafts:
        if faulty.isdisjoint(_mentioned(draft.arguments)):  # of the others the column's own problem is told
            with problems.gathered():
                rules.append(builder.build(draft))
    return tuple(_with_own_names(_once(rules)))


def _automatic(declared: Sequence[Declared], place: Place) -> Iterator[Draft]:
    """Rules that every data set must obey: what is there can be read, and a row weighs zero or more."""
    absent = "expect_column_values_to_be_null"
    yield Draft("row.fields", absent, {"column": ROW_UNREADABLE}, place)
    for one in declared:
        name = one.column.name
        if one.column.role == "image":
            yield Draft(f"{name}.image", absent, {"column": unreadable(name)}, one.place)
        elif one.column.logical_type != "string":
            yield Draft(f"{name}.type", absent, {"column": unreadable(name)}, one.place)
        if one.column.role == "weight":
            yield drafted("expect_column_values_to_not_be_null", {"column": name}, one.place)
            yield drafted("expect_column_values_to_be_between", {"column": name, "min_value": 0}, one.place)


def _primary_key(declared: Sequence[Declared]) -> Iterator[Draft]:
    key = [one for one in declared if one.property.primaryKey]
    columns = [one.column.name for one in key]
    if len(key) == 1:
        yield drafted("expect_column_values_to_be_unique", {"column": columns[0]}, key[0].place)
    elif key:
        yield drafted("expect_compound_columns_to_be_unique", {"column_list": columns}, key[0].place)


def _quality(
    stated: Sequence[DataQuality] | None,
    column: str | None,
    place: Place,
    missing_values: tuple[str, ...],
    splits: Mapping[str, Split],
    problems: Problems,
) -> Iterator[Draft]:
    for index, one in enumerate(stated or ()):
        here = (*place, "quality", index)
        custom = ours(one.customProperties, QUALITY, here, problems)
        with problems.gathered():
            within = read_within(custom, splits)
            yield from quality_rules(QualityEntry(one, column, missing_values, here, within))


def _mentioned(value: Any) -> set[str]:
    """Every text in the arguments of a rule."""
    if isinstance(value, str):
        return {value}
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for one in inside for text in _mentioned(one)}


def _once(rules: Sequence[Rule]) -> list[Rule]:
    """Without those that only repeat another; of two, the stricter stays."""
    kept: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda one: one.severity != "error"):
        kept.setdefault(repr((rule.expectation, sorted(rule.arguments.items()), rule.within)), rule)
    return [rule for rule in rules if any(rule is one for one in kept.values())]


def _with_own_names(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Two rules of one kind about one column become `age.range` and `age.range 2`."""
    count = dict.fromkeys((NO_ENVIRONMENT, SMALL_ENVIRONMENT), 1)
    for rule in rules:
        count[rule.name] = count.get(rule.name, 0) + 1
        number = count[rule.name]
        yield rule if number == 1 else replace(rule, name=f"{rule.name} {number}")
