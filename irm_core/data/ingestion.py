"""Ingestion: from a contract to its raw rows, typed and flagged, not yet judged."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.data.fingerprint import raw_sha256
from irm_core.data.preparation import prepare
from irm_core.data.quarantine import flag
from irm_core.data.sources import find, ignored_columns, scan


@dataclass(frozen=True)
class Ingested:
    """The raw files, what they hash to, the columns that nothing reads, and the rows, typed and flagged."""

    files: tuple[Path, ...]
    sha256: str
    ignored: tuple[str, ...]
    flagged: pl.LazyFrame


def ingest(contract: Contract) -> Ingested:
    """The raw data that the contract names. Raises DataError for files that are absent or cannot be read."""
    files = find(contract.source)
    return Ingested(
        files=tuple(files),
        sha256=raw_sha256(contract, files),
        ignored=ignored_columns(contract, files),
        flagged=flag(prepare(scan(contract, files), contract), contract),
    )
