"""A new kind of split is one class, and one line in KINDS: contracts, editors and assignment know it then."""

from collections.abc import Iterator
from typing import Literal

import polars as pl
import pytest

from irm_core.contracts.editor_schema import editor_schema
from irm_core.contracts.problems import Problem
from irm_core.contracts.read import read
from irm_core.contracts.splits import KINDS, Split
from irm_core.contracts.yaml_lines import Place

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: heart
version: 1.0.0
status: active
servers:
  - {server: laptop, type: local, path: heart.csv, format: csv}
schema:
  - name: patients
    logicalType: object
    properties:
      - {name: hospital, logicalType: string}
      - {name: age, logicalType: integer, customProperties: [{property: role, value: feature}]}
      - {name: sick, logicalType: boolean, customProperties: [{property: role, value: label}]}
    customProperties:
      - property: environments
        value: {by_letter: {kind: initial, column: hospital, minRows: 2, small: pool}}
"""


class InitialSplit(Split):
    """Environments are the first letters of a text."""

    kind: Literal["initial"] = "initial"
    column: str

    def attributes(self) -> dict[str, Place]:
        return {self.column: ("column",)}

    def faults(self, schema: pl.Schema) -> Iterator[Problem]:  # noqa: ARG002
        yield from ()

    def environment(self, good: pl.LazyFrame) -> pl.Expr:  # noqa: ARG002
        return pl.col(self.column).str.head(1)

    def homeless(self) -> str:
        return f"{self.column!r} is missing"


def test_a_new_kind_is_one_class_and_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path, environments):
    monkeypatch.setitem(KINDS, "initial", InitialSplit)
    file = tmp_path / "heart.odcs.yaml"
    file.write_text(CONTRACT)
    split = read(file).splits["by_letter"]
    assert split == InitialSplit(column="hospital", min_rows=2, small="pool")
    assert environments(split, hospital=["va", "zh", "vb", None]) == ["v", "z", "v", None]
    assert "initial" in str(editor_schema()["allOf"])
