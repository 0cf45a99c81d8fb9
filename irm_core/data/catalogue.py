"""The catalogue of the store: which versions are published, and which of them may go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from irm_core.data.lake import prune as lake
from irm_core.data.lake.store import note
from irm_core.data.newest import beyond_newest
from irm_core.data.staging import staging
from irm_core.data.store import manifest
from irm_core.data.version import MANIFEST, InTable, Version
from irm_core.errors import DataError


@dataclass(frozen=True)
class Entry:
    """A published version: where it lies, since when, and how many bytes its files have.

    in_table: where a Delta table has its good rows too, if one has.
    """

    path: Path
    version: Version
    created: datetime
    size: int
    in_table: InTable | None = None


def entries(root: Path) -> tuple[list[Entry], list[DataError]]:
    """Every version in the store, by data set and split, the newest first; and why some cannot be told of."""
    found: list[Entry] = []
    damaged: list[DataError] = []
    for file in sorted(root.glob(f"*/*/[!.]*/{MANIFEST}")):
        try:
            found.append(_entry(file.parent))
        except DataError as error:
            damaged.append(error)
    return sorted(found, key=_order), damaged


def outdated(known: Sequence[Entry], keep: int) -> list[Entry]:
    """The versions beyond the newest `keep` of their data set and split."""
    ordered = sorted(known, key=_order)
    return beyond_newest(ordered, keep, lambda one: (one.version.dataset, one.version.split))


def remove(entry: Entry) -> None:
    """Remove a version, from its Delta table first. For readers of its folder it is gone at once: renamed.

    Where the process dies before all is deleted, the next publication or removal deletes the rest.
    """
    if entry.in_table:
        lake.remove(entry.in_table)
    with staging(entry.path.parent) as folder:
        entry.path.rename(folder / entry.path.name)


def _entry(path: Path) -> Entry:
    written = (path / MANIFEST).stat().st_mtime
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return Entry(path, manifest(path), datetime.fromtimestamp(written, UTC), size, note(path))


def _order(entry: Entry) -> tuple[str, str, float, str]:
    return entry.version.dataset, entry.version.split, -entry.created.timestamp(), entry.version.id
