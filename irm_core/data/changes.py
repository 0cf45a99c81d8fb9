"""What is new in the raw data since the last published version: files added, changed, gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from irm_core.contracts.names import FILE
from irm_core.data.raw_files import RawFile
from irm_core.data.slugs import slug
from irm_core.data.version import MANIFEST

RAW = "raw.parquet"
"""The file of a version that lists its raw files: name, SHA-256, and how many rows came of each."""


@dataclass(frozen=True)
class Changes:
    """Raw files since the version `since`. None: there is no version, or it lists no raw files."""

    since: str | None
    new: int
    changed: int
    gone: int

    def __str__(self) -> str:
        if self.since is None:
            return "first version"
        counts = {"new": self.new, "changed": self.changed, "gone": self.gone}
        return f"{counted(counts)} since version {self.since}"


def changes(files: Sequence[RawFile], dataset: Path) -> Changes:
    """What has changed since the newest version below `dataset` (a data set and split of the store)."""
    known = sorted(dataset.glob(f"[!.]*/{MANIFEST}"), key=lambda manifest: manifest.stat().st_mtime)
    if not known or not (known[-1].parent / RAW).is_file():
        return Changes(None, len(files), 0, 0)
    before = dict(pl.read_parquet(known[-1].parent / RAW, columns=["name", "sha256"]).iter_rows())
    return Changes(known[-1].parent.name, **difference(before, {file.name: file.sha256 for file in files}))


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, int]:
    """How many names are new, have another value, or are gone."""
    return {
        "new": len(now.keys() - before.keys()),
        "changed": sum(before[name] != now[name] for name in now.keys() & before.keys()),
        "gone": len(before.keys() - now.keys()),
    }


def counted(difference: Mapping[str, int]) -> str:
    """In words: `2 new, 1 gone`, or `unchanged`."""
    return ", ".join(f"{count} {word}" for word, count in difference.items() if count) or "unchanged"


def write_raw_files(files: Sequence[RawFile], rows: pl.LazyFrame, folder: Path) -> None:
    """Write RAW. rows: all that were written, with FILE. Images that a table lists are no source of rows."""
    counts = rows.group_by(pl.col(FILE).alias("name")).agg(pl.len().cast(pl.Int64).alias("rows"))
    listed = pl.LazyFrame(
        {"name": [one.name for one in files], "sha256": [one.sha256 for one in files]},
        {"name": pl.String, "sha256": pl.String},
    )
    listed.join(counts, on="name", how="left", maintain_order="left").collect().write_parquet(folder / RAW)


def place(root: Path, dataset: str, split: str) -> Path:
    """Where the store keeps the versions of a data set under a split."""
    return root / slug(dataset) / slug(split)
