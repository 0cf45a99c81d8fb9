"""A contract to edit, and readers of it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read
from irm_core.contracts.rules import Rule
from irm_core.errors import ContractError

BASE = """\
apiVersion: v3.1.0
kind: DataContract
id: heart
version: 1.0.0
status: active
servers:
  - {server: laptop, type: local, path: data/heart.csv, format: csv}
schema:
  - name: patients
    logicalType: object
    properties:
      - name: hospital
        logicalType: string
        customProperties: [{property: role, value: environment}]
      - name: age
        logicalType: integer
        customProperties: [{property: role, value: feature}]
      - name: cholesterol
        logicalType: number
        customProperties: [{property: role, value: feature}]
      - name: admitted
        logicalType: date
        customProperties: [{property: role, value: time}]
      - name: note
        logicalType: string
        customProperties: [{property: role, value: ignore}]
      - name: disease
        logicalType: boolean
        customProperties: [{property: role, value: label}]
    customProperties:
      - property: environments
        value:
          by_hospital: {kind: column, columns: [hospital]}
"""

Edit = tuple[str, str]


class Told(NamedTuple):
    """One problem: the number and the text of the line that it points to, and what it says."""

    number: int
    line: str
    sentence: str


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the contract, with each (old, new) text replaced, and return its path."""

    def write(*edits: Edit, text: str = BASE) -> Path:
        for old, new in edits:
            assert text.count(old) == 1, f"{old!r} is in the contract {text.count(old)} times"
            text = text.replace(old, new)
        path = tmp_path / "heart.odcs.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def edited(write: Callable[..., Path]) -> Callable[..., Contract]:
    """The contract that the edited file holds."""
    return lambda *edits: read(write(*edits))


@pytest.fixture
def problems(write: Callable[..., Path]) -> Callable[..., list[Told]]:
    """What the edited contract is refused for."""

    def problems(*edits: Edit, text: str = BASE) -> list[Told]:
        path = write(*edits, text=text)
        with pytest.raises(ContractError) as caught:
            read(path)
        lines = path.read_text(encoding="utf-8").splitlines()
        told = []
        for problem in str(caught.value).splitlines():
            place, sentence = problem.removeprefix(f"{path}:").split(": ", 1)
            told.append(Told(int(place), lines[int(place) - 1].strip(), sentence))
        return told

    return problems


@pytest.fixture
def declare() -> Callable[[str, str], Edit]:
    """The edit that adds YAML to the declaration of a column."""

    def declare(column: str, more: str) -> Edit:
        line = f"      - name: {column}\n"
        return line, line + "".join(f"        {one}\n" for one in more.splitlines())

    return declare


@pytest.fixture
def table() -> Callable[[str], Edit]:
    """The edit that adds YAML to the declaration of the table."""

    def table(more: str) -> Edit:
        line = "  - name: patients\n"
        return line, line + "".join(f"    {one}\n" for one in more.splitlines())

    return table


@pytest.fixture
def rules(edited: Callable[..., Contract]) -> Callable[..., dict[str, Rule]]:
    """The rules that the edits add to those that every contract has."""

    def rules(*edits: Edit) -> dict[str, Rule]:
        automatic = {"row.fields", "age.type", "cholesterol.type", "admitted.type", "disease.type"}
        by_name = {rule.name: rule for rule in edited(*edits).rules}
        assert automatic <= set(by_name)
        return {name: rule for name, rule in by_name.items() if name not in automatic}

    return rules
