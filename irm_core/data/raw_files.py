"""Raw files: what they are called where they come from, and what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from irm_core.contracts.names import FILE


@dataclass(frozen=True)
class RawFile:
    """name: its path, or its URL where it comes from. sha256: of its content; "" where there is none."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Origin:
    """Where landed files come from: what each is there, by its local path.

    ignored: columns that are there and were not brought. delta_version: of the Delta table that was read.
    """

    landed: Mapping[Path, RawFile] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    delta_version: int | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What is to be told of it."""
        return () if self.delta_version is None else (f"Delta version {self.delta_version}",)

    def names(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """`frame`, whose FILE says where each row comes from."""
        if not self.landed:
            return frame
        return frame.with_columns(pl.col(FILE).replace(self._names()))

    def places(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """`frame`, whose FILE says where `names` has said where it comes from, with the files here again."""
        if not self.landed:
            return frame
        return frame.with_columns(pl.col(FILE).replace({name: path for path, name in self._names().items()}))

    def _names(self) -> dict[str, str]:
        return {path.as_posix(): raw.name for path, raw in self.landed.items()}


LOCAL = Origin()
"""The origin of files that lie where they come from."""
