"""From an expectation in a contract to a Rule that is known to run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import polars as pl

from irm_core.contracts.aggregates import BROKEN_ROWS, Aggregate
from irm_core.contracts.conditions import Condition, named_columns
from irm_core.contracts.drafts import Draft
from irm_core.contracts.executable import why_not
from irm_core.contracts.kinds import KINDS, KINDS_OF_CONTRACTS, expression
from irm_core.contracts.names import ROW_UNREADABLE, unreadable
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.rules import Rule
from irm_core.contracts.values import typed
from irm_core.contracts.yaml_lines import Document, Place

_TYPES = {
    "regex": "string",
    "value": "integer",
    "min_value": "number",
    "max_value": "number",
    "strict_min": "boolean",
    "strict_max": "boolean",
    "mostly": "number",
}


@dataclass(frozen=True)
class RuleBuilder:
    """Builds the rules of one document, over columns of the given types."""

    document: Document
    dtypes: Mapping[str, type[pl.DataType]]
    logical_types: Mapping[str, str]

    def build(self, draft: Draft) -> Rule:
        """The rule. Raises Problem, at the draft's place, where it could not be run."""
        kind, place = KINDS.get(draft.expectation), draft.place
        if kind is None:
            raise Problem(place, unknown("expectation", draft.expectation, KINDS_OF_CONTRACTS))
        arguments = dict(draft.arguments)
        if draft.expectation == BROKEN_ROWS:
            broken = replace(draft, expectation=arguments["expectation"], arguments=arguments["arguments"])
            arguments["arguments"] = self.build(broken).arguments
        self._check_keys(kind, arguments, place)
        self._check_columns(kind, arguments, place)
        arguments = self._with_types(kind, arguments, place)
        _check_bounds(arguments, place)
        self._check_runs(draft.expectation, arguments, place)
        of_rows = isinstance(kind, Condition) and arguments.get("mostly", 1) == 1
        level: Literal["row", "table"] = "row" if of_rows else "table"
        line = self.document.line(place)
        return Rule(draft.name, level, draft.expectation, arguments, draft.severity, line)

    def _check_keys(self, kind: Condition | Aggregate, arguments: Mapping[str, Any], place: Place) -> None:
        extra = ("mostly",) if isinstance(kind, Condition) else ()
        known = (*kind.domain, *kind.required, *kind.optional, *extra)
        for key in arguments:
            if key not in known:
                raise Problem(place, unknown("argument", key, known))
        missing = [key for key in (*kind.domain, *kind.required) if arguments.get(key) is None]
        if missing:
            raise Problem(place, f"this rule lacks the argument {', '.join(map(repr, missing))}.")
        if kind.optional and not kind.required and not {"min_value", "max_value"} & set(arguments):
            raise Problem(place, "this rule lacks a bound: min_value, max_value or both.")

    def _check_columns(self, kind: Condition | Aggregate, arguments: Mapping[str, Any], place: Place) -> None:
        for name in named_columns(kind.domain, arguments):
            if name not in self.frame.collect_schema():
                raise Problem(place, unknown("column", name, list(self.logical_types)))

    def _with_types(
        self, kind: Condition | Aggregate, arguments: Mapping[str, Any], place: Place
    ) -> dict[str, Any]:
        own = self.logical_types.get(arguments.get("column", ""), "string")
        wanted = {**_TYPES, **dict.fromkeys(kind.typed, own)}
        try:
            return {key: _converted(value, wanted.get(key)) for key, value in arguments.items()}
        except ValueError as error:
            raise Problem(place, str(error)) from None

    def _check_runs(self, expectation: str, arguments: Mapping[str, Any], place: Place) -> None:
        obstacle = why_not(expression(expectation, arguments), self.frame)
        if obstacle is not None:
            raise Problem(place, f"this rule cannot be run: {obstacle}.")

    @cached_property
    def frame(self) -> pl.LazyFrame:
        """An empty table as preparation will make it."""
        beside = {unreadable(name): pl.String for name in self.dtypes} | {ROW_UNREADABLE: pl.String}
        return pl.LazyFrame(schema={**self.dtypes, **beside})


def _converted(value: Any, wanted: str | None) -> Any:
    if wanted is None or value is None:
        return value
    if isinstance(value, list):
        return [typed(one, wanted) for one in value]
    return typed(value, wanted)


def _check_bounds(arguments: Mapping[str, Any], place: Place) -> None:
    low, high = arguments.get("min_value"), arguments.get("max_value")
    if low is not None and high is not None and low > high:
        raise Problem(place, f"nothing is between {low!r} and {high!r}: the minimum is above the maximum.")
    if arguments.get("value_set") == []:
        raise Problem(place, "the set of valid values is empty.")
    if not 0 < arguments.get("mostly", 1) <= 1:
        raise Problem(place, "`mostly` is the share of valid rows: above 0, at most 1.")
