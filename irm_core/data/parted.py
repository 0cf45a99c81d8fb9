"""Rows that were parted when they were read: good ones by environment, and the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT, FILE, LINE, RULES
from irm_core.data.preparation import prepared_columns, remarks
from irm_core.data.raw_files import Origin

ROW = [FILE, LINE]


@dataclass(frozen=True)
class Parted:
    """Rows in `folder`, the good ones by environments of the split. read: how many all are.

    origin: good rows have the names that their files have where these come from.
    """

    contract: Contract
    split_name: str
    folder: Path
    origin: Origin
    read: int

    def flagged(self) -> pl.LazyFrame:
        """All rows, typed and flagged."""
        files = self.good_files()
        return pl.concat([self.good(files), self.refused()]) if files else self.refused()

    def refused(self) -> pl.LazyFrame:
        """Those that break a rule which quarantines."""
        found = pl.concat([self.told(), self.late()], how="diagonal")
        return found.select(*prepared_columns(self.contract), RULES)

    def told(self) -> pl.LazyFrame:
        """Those of them that break such a rule by themselves, with raw values, in their order."""
        return scan(sorted(self.refused_folder.iterdir()))

    def late(self) -> pl.LazyFrame:
        """Those of them that only repeat others."""
        if self.late_file.exists():
            return scan([self.late_file])
        return self.told().select(*prepared_columns(self.contract), RULES).clear()

    def good(self, files: Sequence[Path]) -> pl.LazyFrame:
        """The good rows of these files, with all columns of `flagged`, and their files' names here."""
        rows = self.origin.places(scan(files).drop(ENVIRONMENT))
        noted = sorted(self.remarks_folder.iterdir())
        if noted:
            rows = rows.join(scan(noted), on=ROW, how="left", maintain_order="left")
        else:
            rows = rows.with_columns(pl.lit(None, pl.String).alias(one) for one in remarks(self.contract))
        nothing = pl.lit([], pl.List(pl.String)).alias(RULES)
        return rows.select(*prepared_columns(self.contract), nothing)

    def good_files(self) -> list[Path]:
        """The files of good rows, those of each environment in a folder, in the order of their rows."""
        return sorted(self.good_folder.rglob("*.parquet"))

    @property
    def good_folder(self) -> Path:
        """A folder for each environment, as EnvironmentFiles leaves it."""
        return self.folder / "good"

    @property
    def refused_folder(self) -> Path:
        """At least one file of the rows that are `told`."""
        return self.folder / "refused"

    @property
    def late_file(self) -> Path:
        """The file of those that are `late`, if there are such."""
        return self.folder / "late.parquet"

    @property
    def remarks_folder(self) -> Path:
        """Files of what could not be read of good rows: FILE, LINE and the columns of `remarks`."""
        return self.folder / "remarks"


def scan(files: Sequence[Path]) -> pl.LazyFrame:
    """The rows of these Parquet files; what columns a later one lacks are empty there."""
    return pl.scan_parquet(list(files), glob=False, hive_partitioning=False, missing_columns="insert")
