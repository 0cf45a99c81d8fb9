"""Files of good rows by environment, as a version has them, written while the rows are read."""

from pathlib import Path

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.validation_rows import is_validation

PLACE = "_place"
FAST = 1
"""Of zstandard: half the time of what Polars takes by itself, for files of the same size."""
WAITING = 1 << 29
"""So many bytes of rows wait in memory: files of few rows take three times as long to write."""


class EnvironmentFiles:
    """Writes into `folder` a folder for each environment, numbered, and there files of its rows, in order.

    content: the columns by which rows are chosen for validation (see `validation_rows`).
    """

    def __init__(self, folder: Path, content: list[str], waiting: int = WAITING) -> None:
        self._folder, self._content, self._most = folder, content, waiting
        self._waiting: dict[str | None, list[pl.DataFrame]] = {}
        self._bytes = 0
        self._homes: dict[str | None, Path] = {}
        self._times = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, rows: pl.DataFrame, homes: pl.DataFrame) -> None:
        """Take some rows in. homes: PLACE, among `rows`, and ENVIRONMENT of those wanted, in their order."""
        by_home = homes.group_by(ENVIRONMENT, maintain_order=True).agg(PLACE)
        together = rows[by_home[PLACE].explode(empty_as_null=False)]
        start = 0
        for name, length in by_home.select(ENVIRONMENT, pl.col(PLACE).list.len()).iter_rows():
            self._waiting.setdefault(name, []).append(together.slice(start, length))
            start += length
        self._bytes += int(together.estimated_size())
        if self._bytes >= self._most:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        for name, parts in self._waiting.items():
            rows = pl.concat(parts).with_columns(pl.lit(name, pl.String).alias(ENVIRONMENT))
            write_rows(rows.with_columns(is_validation(self._content)), self._next_file(name))
        self._waiting, self._bytes, self._times = {}, 0, self._times + 1

    def _next_file(self, name: str | None) -> Path:
        home = self._homes.setdefault(name, self._folder / f"{len(self._homes):08}")
        home.mkdir(exist_ok=True)
        return home / f"{self._times:08}.parquet"


def write_rows(rows: pl.DataFrame, file: Path) -> None:
    """Write rows of one environment."""
    rows.write_parquet(file, compression_level=FAST)
