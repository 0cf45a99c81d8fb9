"""Ingestion: from a contract to its raw rows, typed and flagged, not yet judged."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.data.columns import undeclared
from irm_core.data.fingerprint import combined, raw_files
from irm_core.data.landing.land import land
from irm_core.data.parted import Parted
from irm_core.data.parting import can_be_parted, part
from irm_core.data.prepared_rows import kept, lazy, sighted
from irm_core.data.printable import printable
from irm_core.data.raw_files import LOCAL, Origin, RawFile
from irm_core.data.sources import damage_named, no_rows, raw_columns
from irm_core.errors import DataError

Stamps = dict[Path, tuple[int, int]]
"""Size, and time of the last change in nanoseconds, of each file."""
NONE: Mapping[str, str] = {}
NAMELESS = "(without a name, as behind a delimiter that ends every line)"
LANDING = Path(".irmflow/landing")


def never(_: str) -> bool:
    """Of no raw data is there a version yet."""
    return False


@dataclass(frozen=True)
class Ingested:
    """The raw files, what they hash to, their columns, and the rows, typed and flagged.

    columns: all that the raw data have. (Of a database, those that are not declared come last.)

    stamps: of the files before they were hashed.
    contract: about the files here, wherever they came from, which is `origin`.
    parted: the rows, by the environments of a split, where they are that already.
    published: whether a version of them is there already, so that nobody need parse them.
    raw_files: the files, and the images that they list, by the names that they have where they come from.
    """

    contract: Contract
    files: tuple[Path, ...]
    origin: Origin
    raw_files: tuple[RawFile, ...]
    sha256: str
    columns: tuple[str, ...]
    flagged: pl.LazyFrame
    stamps: Stamps
    parted: Parted | None = None
    published: bool = False

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns that the contract does not declare: nothing reads them."""
        return undeclared(self.contract, self.columns)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be told of the columns, and of the contract."""
        named = [printable(one) or NAMELESS for one in self.ignored]
        return (*(f"column {one} is not declared: ignored" for one in named), *self.contract.remarks)

    @property
    def refused(self) -> pl.LazyFrame | None:
        """All rows that break a rule which quarantines, where they are known already."""
        return self.parted.refused() if self.parted else None

    def damage_named(self) -> AbstractContextManager[None]:
        """Where rows cannot be read in the block: a DataError that names the damaged file."""
        return damage_named(self.contract, self.files)

    def refuse_changes(self) -> None:
        """Raise DataError if a file has changed since it was hashed: it is not the data of that hash."""
        now = stamps([file for file in self.files if file.is_file()])
        for file in self.files:
            if now.get(file) != self.stamps[file]:
                raise DataError(f"{file} has changed while it was read. Run again once it is complete.")


def ingest(
    contract: Contract,
    folder: Path | None = None,
    landing: Path = LANDING,
    *,
    split_name: str | None = None,
    published: Callable[[str], bool] = never,
    credentials: Mapping[str, str] = NONE,
) -> Ingested:
    """The raw data that the contract names. Raises DataError for files that are absent or cannot be read.

    folder: where the typed rows are kept, so that the files are parsed once. They are needed for as long as
    the rows are. Without it, the files are parsed whenever rows are asked for.
    split_name: by whose environments they are to be published, so that they are written once.
    published: whether there is a version of raw data with this hash; then they are not parsed.
    landing: where what is not local is brought, with `credentials` beside what environment variables say.
    """
    here, files, origin = land(contract, landing, credentials)
    return ingested(here, files, folder, origin, split_name, published)


def ingested(
    contract: Contract,
    files: Sequence[Path],
    folder: Path | None = None,
    origin: Origin = LOCAL,
    split_name: str | None = None,
    published: Callable[[str], bool] = never,
) -> Ingested:
    """The raw data in these files, which come from `origin`."""
    before = stamps(files)
    found = raw_files(contract, files, origin)
    sha256 = combined(found)
    known = published(sha256)
    if known:
        folder = None
    parted = None
    if folder and split_name and can_be_parted(contract.splits[split_name]):
        parted = _parted(contract, files, folder / "parted", origin, split_name)
    return Ingested(
        contract=contract,
        files=tuple(files),
        origin=origin,
        raw_files=found,
        sha256=sha256,
        columns=(*raw_columns(contract, files), *origin.ignored),
        flagged=_flagged(contract, files, folder, parted),
        stamps=before,
        parted=parted,
        published=known,
    )


def _flagged(
    contract: Contract, files: Sequence[Path], folder: Path | None, parted: Parted | None
) -> pl.LazyFrame:
    if parted is not None:
        return parted.flagged()
    return kept(contract, files, folder) if folder else lazy(contract, files)


def _parted(
    contract: Contract, files: Sequence[Path], folder: Path, origin: Origin, split_name: str
) -> Parted:
    with damage_named(contract, files):
        found = part(sighted(contract, files), contract, split_name, origin, folder)
        if not found.read:
            raise no_rows(files)
    return found


def stamps(files: Sequence[Path]) -> Stamps:
    """The stamps of the files as they are now."""
    found = {file: file.stat() for file in files}
    return {file: (one.st_size, one.st_mtime_ns) for file, one in found.items()}
