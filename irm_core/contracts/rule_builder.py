"""From an expectation in a contract to a Rule that is known to run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import polars as pl

from irm_core.contracts.aggregates import BROKEN_ROWS
from irm_core.contracts.arguments import checked
from irm_core.contracts.conditions import Condition
from irm_core.contracts.contract import DTYPES, LogicalType
from irm_core.contracts.drafts import Draft
from irm_core.contracts.executable import why_not
from irm_core.contracts.headers import Header
from irm_core.contracts.kinds import KINDS, expression
from irm_core.contracts.names import ROW_UNREADABLE, unreadable
from irm_core.contracts.problems import Problem
from irm_core.contracts.rules import Rule
from irm_core.contracts.yaml_lines import Document


@dataclass(frozen=True)
class RuleBuilder:
    """Builds the rules of one document, over columns of the given types."""

    document: Document
    logical_types: Mapping[str, LogicalType]

    def build(self, draft: Draft) -> Rule:
        """The rule. Raises Problem, at the draft's place, where it could not be run."""
        arguments = self._arguments(draft)
        obstacle = why_not(expression(draft.expectation, arguments), self._empty)
        if obstacle is not None:
            raise Problem(
                draft.place, f"this rule cannot be run: {obstacle}. Say it otherwise, or delete it."
            )
        of_rows = isinstance(KINDS[draft.expectation], Condition) and "mostly" not in arguments
        level: Literal["row", "table"] = "row" if of_rows else "table"
        line = self.document.line(draft.place)
        return Rule(draft.name, level, draft.expectation, arguments, draft.severity, line, draft.within)

    def _arguments(self, draft: Draft) -> dict[str, Any]:
        kind, arguments = KINDS[draft.expectation], dict(draft.arguments)
        if draft.expectation == BROKEN_ROWS:
            broken = replace(draft, expectation=arguments["expectation"], arguments=arguments["arguments"])
            arguments["arguments"] = self.build(broken).arguments
        if isinstance(kind, Header) and draft.within is not None:
            raise Problem(draft.place, "environments have no columns of their own; leave them out here.")
        try:
            if isinstance(kind, Header):
                return kind.checked(arguments)
            return checked(kind, arguments, self._prepared)
        except ValueError as error:
            raise Problem(draft.place, str(error)) from None

    @cached_property
    def _prepared(self) -> dict[str, LogicalType]:
        """The columns, and those that preparation adds and automatic rules are about."""
        added: dict[str, LogicalType] = {unreadable(name): "string" for name in self.logical_types}
        return {**self.logical_types, **added, ROW_UNREADABLE: "string"}

    @cached_property
    def _empty(self) -> pl.LazyFrame:
        return pl.LazyFrame(schema={name: DTYPES[kind] for name, kind in self._prepared.items()})
