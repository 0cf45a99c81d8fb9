"""From an expectation in a contract to a Rule that is known to run."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import polars as pl

from irm_core.contracts.aggregates import AGGREGATES, BROKEN_ROWS, Aggregate
from irm_core.contracts.conditions import CONDITIONS, Condition, named_columns
from irm_core.contracts.names import ROW_UNREADABLE, unreadable
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.rules import Rule
from irm_core.contracts.values import typed
from irm_core.contracts.yaml_lines import Document, Place

# The expectations that a contract may name; BROKEN_ROWS is what its library metrics are turned into.
KINDS: dict[str, Condition | Aggregate] = {**CONDITIONS, **AGGREGATES}
KINDS_OF_CONTRACTS = sorted(set(KINDS) - {BROKEN_ROWS})

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

    def build(  # noqa: PLR0913 (a rule has that many parts)
        self,
        name: str,
        expectation: str,
        arguments: Mapping[str, Any],
        place: Place,
        severity: Literal["error", "warning"] = "error",
    ) -> Rule:
        """The rule. Raises Problem at `place` where it could not be run."""
        kind = KINDS.get(expectation)
        if kind is None:
            raise Problem(place, unknown("expectation", expectation, KINDS_OF_CONTRACTS))
        self._check_keys(kind, arguments, place)
        self._check_columns(kind, arguments, place)
        arguments = self._with_types(kind, arguments, place)
        _check_bounds(arguments, place)
        is_row = isinstance(kind, Condition) and arguments.get("mostly", 1) == 1
        rule = Rule(
            name, "row" if is_row else "table", expectation, arguments, severity, self.document.line(place)
        )
        self._check_runs(kind, arguments, place)
        return rule

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

    def _check_runs(self, kind: Condition | Aggregate, arguments: Mapping[str, Any], place: Place) -> None:
        expression = kind.valid(arguments) if isinstance(kind, Condition) else kind.measured(arguments)
        try:
            self.frame.select(expression).collect()
        except pl.exceptions.PolarsError as error:
            raise Problem(place, f"this rule cannot be run: {_reason(error)}.") from None

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


def _reason(error: pl.exceptions.PolarsError) -> str:
    """The line of Polars' message that says what is wrong; the others show the query plan."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (told or lines)[0].rstrip(".")
