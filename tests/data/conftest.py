"""Contracts made by hand, files of rows, good and bad, and how they are published."""

from collections.abc import Callable
from pathlib import Path

import pytest

from irm_core.contracts.contract import Column, Contract, Source
from irm_core.contracts.names import unreadable
from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import ColumnSplit
from irm_core.data import store
from irm_core.data.ingestion import ingested

ContractFactory = Callable[..., Contract]
BAD = ("va,fifty,1", ",50,1", "va,200,1", "va,1", "va,1,1,1")


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


@pytest.fixture(scope="session")
def write() -> Callable[..., Path]:
    """Writes so many good rows, and so many bad ones below them."""

    def make(path: Path, rows: int = 200, bad: int = 5) -> Path:
        lines = [f"{'va' if row % 3 else 'zh'},{18 + row * 37 % 80},{row % 2}" for row in range(rows)]
        lines += [BAD[index % len(BAD)] for index in range(bad)]
        path.write_text("\n".join(["hospital,age,sick", *lines]) + "\n")
        return path

    return make


@pytest.fixture
def publish(contract, tmp_path):
    """Publish a file into `store` in the temporary folder."""

    def run(file: Path, **changes):
        declared = contract(**changes)
        return store.publish(ingested(declared, [file]), declared, "by_hospital", tmp_path / "store")

    return run
