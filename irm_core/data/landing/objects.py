"""Objects of s3, gs and az, brought into the landing folder as they are, each once while it is the same."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irm_core.contracts.contract import Source
from irm_core.data import image_tree
from irm_core.data.landing.patterns import fixed, matches
from irm_core.data.landing.receipts import Fetched, arrive, arrived, landed_file
from irm_core.data.landing.storage import connect, explained, split
from irm_core.data.raw_files import RawFile
from irm_core.data.staging import staging
from irm_core.errors import DataError

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

AT_ONCE = 8
Landed = dict[Path, RawFile]


class Bucket:
    """The bucket of a source, and the landing folder for its objects."""

    def __init__(self, source: Source, folder: Path, credentials: Mapping[str, str]) -> None:
        self.source, self.folder = source, folder
        self.root, self.pattern, _ = split(source.path)
        self.store: ObjectStore = connect(source.path, dict(source.options) | dict(credentials))
        self.home = landed_file(folder, self.root.replace("://", "/"))

    def land(self) -> Landed:
        """The objects that the source's location names, sorted. DataError where there are none."""
        return self._fetch(self._named())

    def listing(self) -> dict[str, str]:
        """The same objects, by name, with what changes when they do."""
        return {f"{self.root}/{one['path']}": _state(one) for one in self._named()}

    def _named(self) -> list["ObjectMeta"]:
        pattern = image_tree.glob(self.pattern) if self.source.format == "images" else self.pattern
        found = [one for one in self._below(fixed(pattern)) if matches(one["path"], pattern)]
        exact = [one for one in found if one["path"] == pattern]
        if not found:
            raise DataError(
                f"No object is at {self.source.path}. A folder needs a pattern: {self.root}/folder/*.csv."
            )
        return exact or found

    def land_these(self, files: Sequence[Path]) -> Landed:
        """The objects that belong at these places of the landing folder, as far as they exist."""
        keys = {file.relative_to(self.home).as_posix() for file in files if file.is_relative_to(self.home)}
        folders = {key.rpartition("/")[0] for key in keys}
        listed = [one for folder in sorted(folders) for one in self._below(folder) if one["path"] in keys]
        return self._fetch({one["path"]: one for one in listed}.values())

    def _below(self, folder: str) -> list["ObjectMeta"]:
        import obstore

        with explained(self.source.path):
            pages = obstore.list(self.store, prefix=folder or None)
            found = [one for page in pages for one in page]
        return sorted(found, key=lambda one: one["path"])

    def _fetch(self, objects: Iterable["ObjectMeta"]) -> Landed:
        with (
            staging(self.folder) as waiting,
            ThreadPoolExecutor(AT_ONCE) as several,
            explained(self.source.path),
        ):
            return dict(several.map(lambda one: self._land_one(one, waiting), objects))

    def _land_one(self, one: "ObjectMeta", waiting: Path) -> tuple[Path, RawFile]:
        name, state = f"{self.root}/{one['path']}", _state(one)
        place = self._place(one["path"])
        if known := arrived(self.folder, place, name, state):
            return known
        return arrive(self.folder, waiting, place, name, partial(self._download, one["path"]))

    def _download(self, key: str, path: Path) -> Fetched:
        import obstore

        total, result = hashlib.sha256(), obstore.get(self.store, key)
        with path.open("wb") as file:
            for chunk in result.stream():
                total.update(chunk)
                file.write(chunk)
        if path.stat().st_size != result.meta["size"]:
            raise DataError(f"{self.root}/{key} was cut short on its way. Run again.")
        return Fetched(sha256=total.hexdigest(), state=_state(result.meta))

    def _place(self, key: str) -> str:
        if any(part in ("", ".", "..") for part in key.split("/")):
            raise DataError(f"The object {self.root}/{key} cannot be a file: rename it, or name others.")
        return (self.home / key).relative_to(landed_file(self.folder, "")).as_posix()


def _state(meta: Any) -> str:
    """What changes when an object does."""
    return f"{meta['e_tag']} {meta['size']} {meta['last_modified'].isoformat()}"
