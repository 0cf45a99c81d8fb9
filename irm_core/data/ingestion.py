"""Ingestion: from a contract to its raw rows, typed and flagged, not yet judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.data.fingerprint import raw_sha256
from irm_core.data.prepared_rows import kept, lazy
from irm_core.data.sources import find, ignored_columns
from irm_core.errors import DataError

Stamps = dict[Path, tuple[int, int]]
"""Size, and time of the last change in nanoseconds, of each file."""


@dataclass(frozen=True)
class Ingested:
    """The raw files, what they hash to, the columns that nothing reads, and the rows, typed and flagged.

    stamps: of the files before they were hashed.
    """

    files: tuple[Path, ...]
    sha256: str
    ignored: tuple[str, ...]
    flagged: pl.LazyFrame
    stamps: Stamps

    def refuse_changes(self) -> None:
        """Raise DataError if a file has changed since it was hashed: it is not the data of that hash."""
        now = stamps([file for file in self.files if file.is_file()])
        for file in self.files:
            if now.get(file) != self.stamps[file]:
                raise DataError(f"{file} has changed while it was read. Run again once it is complete.")


def ingest(contract: Contract, folder: Path | None = None) -> Ingested:
    """The raw data that the contract names. Raises DataError for files that are absent or cannot be read.

    folder: where the typed rows are kept, so that the files are parsed once. They are needed for as long as
    the rows are. Without it, the files are parsed whenever rows are asked for.
    """
    return ingested(contract, find(contract.source), folder)


def ingested(contract: Contract, files: Sequence[Path], folder: Path | None = None) -> Ingested:
    """The raw data in these files."""
    before = stamps(files)
    return Ingested(
        files=tuple(files),
        sha256=raw_sha256(contract, files),
        ignored=ignored_columns(contract, files),
        flagged=kept(contract, files, folder) if folder else lazy(contract, files),
        stamps=before,
    )


def stamps(files: Sequence[Path]) -> Stamps:
    """The stamps of the files as they are now."""
    found = {file: file.stat() for file in files}
    return {file: (one.st_size, one.st_mtime_ns) for file, one in found.items()}
