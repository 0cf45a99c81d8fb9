"""Contracts made by hand, for tests of data."""

from collections.abc import Callable
from pathlib import Path

import pytest

from irm_core.contracts.contract import Column, Contract, Source
from irm_core.contracts.names import unreadable
from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import ColumnSplit

ContractFactory = Callable[..., Contract]


def rule(name: str, expectation: str, **arguments: object) -> Rule:
    return Rule(name, "row", expectation, arguments, "error", 9)


RULES = (
    rule("row.fields", "expect_column_values_to_be_null", column="row (unreadable)"),
    rule("hospital.required", "expect_column_values_to_not_be_null", column="hospital"),
    rule("age.type", "expect_column_values_to_be_null", column=unreadable("age")),
    rule("age.range", "expect_column_values_to_be_between", column="age", min_value=0.0, max_value=110.0),
    rule("sick.required", "expect_column_values_to_not_be_null", column="sick"),
)


def example(path: object = "patients.csv", **changes: object) -> Contract:
    """A contract of patients: hospital (environment), age (feature), sick (label); any part replaceable."""
    parts: dict[str, object] = {
        "path": Path("patients.odcs.yaml"),
        "name": "patients",
        "version": "1.0.0",
        "sha256": "c" * 64,
        "columns": (
            Column("hospital", "string", "environment", 11),
            Column("age", "number", "feature", 12),
            Column("sick", "integer", "label", 13),
        ),
        "rules": RULES,
        "splits": {"by_hospital": ColumnSplit(columns=("hospital",))},
        "missing_values": ("?",),
        "max_quarantined": 1.0,
        "task": "classification",
        "source": Source(str(path), "csv", ",", "", 5),
    }
    return Contract(**(parts | changes))


@pytest.fixture
def contract() -> ContractFactory:
    """Makes contracts of patients."""
    return example
