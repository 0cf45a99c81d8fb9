"""Delta Lake: a table at one of its versions, as a Parquet file in the landing folder."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import sha256 as digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from irm_core.contracts.contract import Source
from irm_core.contracts.object_storage import protocol
from irm_core.data.fingerprint import sha256
from irm_core.data.landing.receipts import Fetched, arrive, arrived
from irm_core.data.landing.storage import cause, failure
from irm_core.data.raw_files import RawFile
from irm_core.data.staging import staging
from irm_core.errors import DataError, UsageError

if TYPE_CHECKING:
    from deltalake import DeltaTable

QUICK = {"max_retries": "3", "connect_timeout": "5s"}
TYPED: Any = {"max_retries": 3}  # of the same options, those that Polars takes in no text


def land(source: Source, folder: Path, credentials: Mapping[str, str]) -> tuple[dict[Path, RawFile], int]:
    """The table as a file, and its version. Raises DataError where table or version is not, or no longer."""
    place = f"delta/{digest(source.path.encode()).hexdigest()[:16]}.parquet"
    table = opened(source.path, dict(source.options) | dict(credentials), source.version)
    state = _state(table)
    found = arrived(folder, place, source.path, state)
    if found is None:
        with explained(source.path, table.version()), staging(folder) as waiting:
            found = arrive(folder, waiting, place, source.path, partial(_fetch, table, state))
    return dict([found]), table.version()


def state(source: Source, credentials: Mapping[str, str]) -> str:
    """What changes when the table does: its id and its version."""
    return _state(opened(source.path, dict(source.options) | dict(credentials), source.version))


def _state(table: "DeltaTable") -> str:
    return f"{table.metadata().id} {table.version()}"


def opened(location: str, options: Mapping[str, str], version: int | None = None) -> "DeltaTable":
    """The table, at a version or at its latest."""
    needed(location)
    from deltalake import DeltaTable

    class InOrder(DeltaTable):
        """Its files sorted, in whatever order the log or a checkpoint has them: Polars reads them so."""

        def file_uris(self, *arguments: Any, **options: Any) -> list[str]:
            return sorted(super().file_uris(*arguments, **options))

    with explained(location, version):
        return InOrder(location, version=version, storage_options=storage(location, options))


def needed(location: str) -> None:
    """Raise UsageError where the package is missing."""
    try:
        import deltalake  # noqa: F401
    except ImportError as error:
        raise UsageError(f"{location} needs Delta Lake: pip install 'irmflow[delta]'.") from error


def storage(location: str, options: Mapping[str, str]) -> dict[str, str]:
    """Storage options as Delta Lake takes them; none for a local folder."""
    return QUICK | dict(options) if protocol(location) else {}


@contextmanager
def explained(location: str, version: int | None, act: str = "read") -> Iterator[None]:
    """Turn what Delta Lake says into a DataError. Its own words may have keys in them."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (DeltaError, OSError, pl.exceptions.PolarsError) as error:
        said = f"{type(error).__name__} {error}"
        why = failure(location, said.replace("FileNotFoundError", "")) or _sentence(said, version)
        raise DataError(f"The Delta table {location} cannot be {act}: {why}") from cause(said)


def _sentence(said: str, version: int | None) -> str:
    if latest := re.search(r"LogSegment end version (\d+)", said):
        return f"it has no version {version}; its latest is {latest[1]}."
    if "TableNotFound" in said and version is None:
        return "there is none. Its location is the folder that has `_delta_log` in it."
    if "TableNotFound" in said:
        return f"there is none, or it has no version {version} any more."
    if "FileNotFoundError" in said or "not found" in said.lower():
        return f"files of version {version} are gone: it has been vacuumed. Name a later version, or none."
    return f"{said.splitlines()[0]}."


def _fetch(table: "DeltaTable", state: str, path: Path) -> Fetched:
    pl.scan_delta(table, storage_options=TYPED if protocol(table.table_uri) else None).sink_parquet(path)
    return Fetched(sha256=sha256(path), state=state)
