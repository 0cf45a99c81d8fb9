"""Contracts of given rules, and Great Expectations without its own warnings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from irm_core.contracts.contract import Column, Contract, Source
from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import ColumnSplit
from irm_core.validation.quiet import quiet

with quiet():
    import great_expectations  # noqa: F401 (so that no test imports it first, where warnings are errors)


@pytest.fixture
def contract() -> Callable[..., Contract]:
    """A contract with these rules."""

    def contract(*rules: Rule) -> Contract:
        return Contract(
            path=Path("hearts.odcs.yaml"),
            name="hearts",
            version="1",
            sha256="",
            source=Source("hearts.csv", "csv", ",", "", 1),
            columns=(Column("x", "number", "label", 1),),
            rules=rules,
            splits={"by_s": ColumnSplit(columns=("s",))},
            missing_values=(),
            max_quarantined=0.0,
            task="regression",
        )

    return contract


@pytest.fixture
def rule() -> Callable[..., Rule]:
    """A rule, of rows unless it says otherwise."""

    def rule(
        expectation: str,
        name: str = "the rule",
        level: Literal["row", "table"] = "row",
        severity: Literal["error", "warning"] = "error",
        **arguments: Any,
    ) -> Rule:
        return Rule(name, level, expectation, arguments, severity, 7)

    return rule
