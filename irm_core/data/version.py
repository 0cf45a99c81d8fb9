"""A published version of a data set: what its manifest says."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

MANIFEST = "manifest.json"
IN_TABLE = "delta.json"


class Record(BaseModel):
    """An immutable record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Environment(Record):
    """One environment of a version: its name as in the data, a name safe for paths and metrics, its size."""

    name: str
    slug: str
    rows: int
    hold_out: bool


class Rows(Record):
    """The rows of a version. `read == good + quarantined`, always."""

    read: int
    good: int
    quarantined: int


class Version(Record):
    """The manifest of a published version.

    delta_version: of the Delta table that was read, if it was one.
    inferred: models are judged in these environments, but trained on others, inferred from ERM's errors.
    """

    dataset: str
    split: str
    id: str
    preparation: int
    contract_sha256: str
    raw_sha256: str
    delta_version: int | None = None
    rows: Rows
    broken_rules: dict[str, int]
    environments: tuple[Environment, ...]
    files: dict[str, str]
    inferred: bool = False

    @property
    def training(self) -> tuple[str, ...]:
        """Names of the environments that may be trained on and chosen by."""
        return tuple(one.name for one in self.environments if not one.hold_out)

    @property
    def hold_out(self) -> tuple[str, ...]:
        """Names of the environments kept for the last, reported judgement."""
        return tuple(one.name for one in self.environments if one.hold_out)


class InTable(Record):
    """Where a Delta table has the good rows of a version.

    version: of the table, Delta's number. folder: below the table, with all files of that commit.
    """

    table: str
    version: int
    folder: str


class Published(Record):
    """A version and the folder it lies in. in_table: where a Delta table has its rows too, if one has."""

    path: Path
    version: Version
    in_table: InTable | None = None
