"""A Delta table of the store: its files, as objects, and its commits, of which each of ours is a version."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irm_core.contracts.object_storage import protocol
from irm_core.data.landing.delta import explained as delta_explained
from irm_core.data.landing.delta import needed as delta_needed
from irm_core.data.landing.delta import opened, storage
from irm_core.data.landing.storage import connect, in_folder, split
from irm_core.data.landing.storage import explained as objects_explained
from irm_core.data.landing.storage import needed as objects_needed

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from obstore.store import ObjectStore

VERSION, FOLDER, NUMBER = "irmflow.version", "irmflow.folder", "irmflow.delta_version"
"""What a commit says in its metadata: which version's rows it has, in which folder, and its own number.

The numbers of `DeltaTable.history` are counted down from a version that may not be the last any more.
"""


@dataclass(frozen=True)
class Commit:
    """One of ours. version: Delta's number. folder: below the table, with all files of this commit.

    replaced: when the next of ours took its place, in milliseconds since 1970; None for the last.
    """

    id: str
    version: int
    folder: str
    replaced: int | None


@dataclass(frozen=True)
class Table:
    """location: an absolute folder, or a URL."""

    location: str

    def __post_init__(self) -> None:
        """Raise UsageError where a package is missing."""
        delta_needed(self.location)
        objects_needed(self.location)

    @cached_property
    def options(self) -> dict[str, str]:
        return storage(self.location, {})

    def is_there(self) -> bool:
        from deltalake import DeltaTable

        with self.explained("read"):
            return DeltaTable.is_deltatable(self.location, self.options)

    def opened(self, version: int | None = None) -> "DeltaTable":
        """At a version, or at its latest. Raises DataError where there is none."""
        return opened(self.location, {}, version)

    def commits(self) -> Iterator[Commit]:
        """Those of ours, the latest first."""
        if not self.is_there():
            return
        table, replaced = self.opened(), None
        with self.explained("read"):
            history: Sequence[Mapping[str, Any]] = table.history()
        for one in history:
            if VERSION in one:
                yield Commit(one[VERSION], int(one[NUMBER]), one[FOLDER], replaced)
                replaced = one["timestamp"]

    @cached_property
    def objects(self) -> "ObjectStore":
        """The bucket, or the folder, that the table's files are in."""
        return connect(self.location, {}) if protocol(self.location) else in_folder(Path(self.location))

    def key(self, name: str) -> str:
        """What `objects` calls a file or folder of the table."""
        within = split(self.location)[1] if protocol(self.location) else ""
        return f"{within}/{name}" if within else name

    def has(self, name: str) -> bool:
        """Is there such a file?"""
        import obstore

        with self.explained("read"):
            try:
                obstore.head(self.objects, self.key(name))
            except FileNotFoundError:
                return False
        return True

    def chunks(self, name: str) -> Iterator[Any]:
        """The content of a file."""
        import obstore

        with self.explained("read"):
            yield from obstore.get(self.objects, self.key(name))

    def remove(self, folder: str) -> None:
        """Remove a folder and what is in it."""
        import obstore

        with self.explained("cleared"):
            pages = obstore.list(self.objects, prefix=self.key(folder))
            obstore.delete(self.objects, [one["path"] for page in pages for one in page])
        if not protocol(self.location):
            shutil.rmtree(
                Path(self.location) / folder, ignore_errors=True
            )  # of a folder, what is left is empty

    @contextmanager
    def explained(self, act: str) -> Iterator[None]:
        """Turn what Delta Lake and object storage say into a DataError that names the table."""
        with delta_explained(self.location, None, act), objects_explained(self.location, act):
            yield
