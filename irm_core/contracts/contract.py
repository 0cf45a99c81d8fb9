"""A data contract, read and checked: where the data are, what makes a row valid, what makes environments."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from irm_core.contracts.database import Database
from irm_core.contracts.encoding import DEFAULT, Encoding
from irm_core.contracts.notation import LogicalType, Notation
from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import Split
from irm_core.errors import UsageError

Role = Literal["feature", "label", "environment", "identifier", "time", "weight", "image", "ignore"]
Task = Literal["regression", "classification"]

DTYPES: dict[LogicalType, pl.DataType] = {
    "string": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
}


@dataclass(frozen=True)
class Column:
    """One declared column: type, purpose, the line that declares it, how it is written and encoded.

    missing_values: the texts that mean "missing" in it; None: those of the contract.
    """

    name: str
    logical_type: LogicalType
    role: Role
    line: int
    decimal: str = "."
    format: str | None = None
    encoding: Encoding = DEFAULT
    missing_values: tuple[str, ...] | None = None

    @property
    def dtype(self) -> pl.DataType:
        return DTYPES[self.logical_type]

    @property
    def notation(self) -> Notation:
        return Notation(self.logical_type, self.decimal, self.format)


@dataclass(frozen=True)
class Source:
    """Where the raw data are. `path` is a file, a glob, or an image folder template; or a URL of such.

    Relative paths are relative to the working folder, like every path on the command line.
    A template names columns in braces: `photos/{site}/{label}/*.png`.
    options: of object storage. block: the name of a Prefect block with the credentials. version: of a Delta
    table; None for the latest. database: where the data are a table or query.
    """

    path: str
    format: Literal["csv", "ndjson", "parquet", "images", "delta"]
    delimiter: str
    description: str
    line: int
    decimal: str = "."
    encoding: str = "utf-8"
    options: tuple[tuple[str, str], ...] = ()
    block: str | None = None
    version: int | None = None
    database: Database | None = None


@dataclass(frozen=True)
class Contract:
    """A data contract whose every column, role, rule and split can be executed.

    remarks: sentences about what is said there for other tools.
    """

    path: Path
    name: str
    version: str
    sha256: str
    source: Source
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    splits: dict[str, Split]
    missing_values: tuple[str, ...]
    max_quarantined: float
    task: Task
    remarks: tuple[str, ...] = ()

    def with_role(self, role: Role) -> tuple[Column, ...]:
        """The columns that play `role`, in the order of the contract."""
        return tuple(column for column in self.columns if column.role == role)

    def missing_in(self, column: Column) -> tuple[str, ...]:
        """The texts that mean "missing" in the column: its own, else the contract's."""
        return self.missing_values if column.missing_values is None else column.missing_values

    @property
    def label(self) -> Column:
        """The one column to be predicted."""
        return self.with_role("label")[0]

    @property
    def image(self) -> Column | None:
        """The column of image paths, where the examples are images."""
        return next(iter(self.with_role("image")), None)

    @property
    def weight(self) -> Column | None:
        """The column of row weights, where rows do not count alike."""
        return next(iter(self.with_role("weight")), None)

    def chosen_split(self, name: str | None) -> str:
        """The split called `name`, the first one for None. Raises UsageError where there is none such."""
        if name is None:
            return next(iter(self.splits))
        if name not in self.splits:
            known = ", ".join(self.splits)
            raise UsageError(f"{self.path} has no split {name!r}. It has: {known}.")
        return name
