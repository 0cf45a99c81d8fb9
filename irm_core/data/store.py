"""The store of published versions: immutable folders, named by content, complete or not there at all."""

import errno
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from irm_core.contracts.contract import Contract
from irm_core.data.changes import place, write_raw_files
from irm_core.data.environments import environments
from irm_core.data.fingerprint import sha256
from irm_core.data.ingestion import Ingested
from irm_core.data.lake import store as lake
from irm_core.data.partitions import (
    QUARANTINE,
    all_files,
    counted,
    environment_files,
    files_of_rows,
    good_rows,
    tidy,
)
from irm_core.data.preparation import PREPARATION
from irm_core.data.rejection import broken_rules, excess, rejection
from irm_core.data.slugs import slug
from irm_core.data.staging import staging
from irm_core.data.version import MANIFEST, Environment, Published, Rows, Version
from irm_core.data.version_rows import write
from irm_core.errors import DataError


def version_id(contract: Contract, split_name: str, raw_sha256: str) -> str:
    """The name of a version, by its content: 16 hexadecimal digits."""
    parts = (raw_sha256, contract.sha256, split_name, str(PREPARATION))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def is_published(contract: Contract, split_name: str, root: Path, raw_sha256: str) -> bool:
    """Whether `root` has a version of raw data with this hash; not whether that is as it was published."""
    version = place(root, contract.name, split_name) / version_id(contract, split_name, raw_sha256)
    return (version / MANIFEST).is_file()


def publish(raw: Ingested, contract: Contract, split_name: str, root: Path) -> Published:
    """Publish the raw rows as a version in `root`. A version that exists is left untouched.

    Raises DataError, and publishes nothing, where a raw file changes meanwhile, where more rows are
    quarantined than the contract allows (they are then kept in `<root>/<dataset>/rejected/`), or an
    environment is not fit to be one.
    """
    dataset = root / slug(contract.name)
    identity = version_id(contract, split_name, raw.sha256)
    target = place(root, contract.name, split_name) / identity
    if (target / MANIFEST).is_file():
        return load(target)
    with staging(target.parent) as folder:
        rows = write(raw, contract, split_name, folder)
        raw.refuse_changes()
        if why := excess(rows, pl.scan_parquet(folder / QUARANTINE), contract):
            kept = _kept(folder, dataset / "rejected" / f"{raw.sha256[:12]}.parquet")
            raise rejection(why, contract, split_name, kept)
        found = environments(good_rows(folder), contract, split_name)
        tidy(found, contract, folder)
        write_raw_files(raw.raw_files, files_of_rows(folder), folder)
        version = described(folder, rows, found, contract, split_name, raw)
        _complete(folder, version)
        if _rename(folder, target):
            return Published(path=target, version=version)  # Each of its files has just been hashed.
    return load(target)


def described(
    folder: Path,
    rows: Rows,
    environments: tuple[Environment, ...],
    contract: Contract,
    split_name: str,
    raw: Ingested,
) -> Version:
    """The manifest of what was written to `folder`."""
    return Version(
        dataset=contract.name,
        split=split_name,
        id=version_id(contract, split_name, raw.sha256),
        preparation=PREPARATION,
        contract_sha256=contract.sha256,
        raw_sha256=raw.sha256,
        delta_version=raw.origin.delta_version,
        rows=rows,
        broken_rules=broken_rules(pl.scan_parquet(folder / QUARANTINE)),
        environments=environments,
        files={name: sha256(folder / name) for name in all_files(folder)},
        inferred=contract.splits[split_name].infers,
    )


def load(path: Path) -> Published:
    """A published version, once every file of it has proved to be what the manifest says, row counts too.

    Good rows that are not here are brought back from the Delta table that has them, if one has.
    Raises DataError that names the file that is absent or damaged.
    """
    version = manifest(path)
    published = Published(path=path, version=version, in_table=lake.note(path))
    lake.restore(published)
    for name, expected in version.files.items():
        if not (path / name).is_file() or sha256(path / name) != expected:
            raise DataError(
                f"{path / name} is damaged: it is not the file that was published. {_again(path)}"
            )
    for what, said, found in counted(path, version):
        if said != found:
            raise DataError(
                f"{path / MANIFEST} is damaged: it says {said} rows of {what}, the files have {found}. "
                f"{_again(path)}"
            )
    return published


def manifest(path: Path) -> Version:
    """What the version in `path` says of itself. DataError where there is none, or it cannot be read."""
    file = path / MANIFEST
    if not file.is_file():
        raise DataError(f"{path} is not a published version: it has no {MANIFEST}. {_again(path)}")
    try:
        return Version.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise DataError(f"{file} is damaged, or of another release. {_again(path)}") from error


def rows(published: Published, names: Sequence[str]) -> pl.DataFrame:
    """The rows of these environments, in this order: typed columns, FILE, LINE, ENVIRONMENT, VALIDATION."""
    return pl.read_parquet(_files(published, names), glob=False, hive_partitioning=False)


def scan(published: Published, names: Sequence[str]) -> pl.LazyFrame:
    """The same, not read yet."""
    return pl.scan_parquet(_files(published, names), glob=False, hive_partitioning=False)


def _files(published: Published, names: Sequence[str]) -> list[Path]:
    by_name = {one.name: one for one in published.version.environments}
    return [file for name in names for file in environment_files(published.path, by_name[name].slug)]


def _kept(folder: Path, kept: Path) -> Path:
    """The quarantine, moved to where it outlives the folder."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    return (folder / QUARANTINE).replace(kept)


def _complete(folder: Path, version: Version) -> None:
    """Write the manifest, last, once everything else is safely on the disk."""
    for name in version.files:
        _sync(folder / name)
    (folder / MANIFEST).write_text(version.model_dump_json(indent=2) + "\n")
    _sync(folder / MANIFEST)
    _sync(folder)


def _rename(folder: Path, target: Path) -> bool:
    """Whether the folder is the version now; another publisher may have been first, with the same content."""
    try:
        folder.rename(target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    _sync(target.parent)
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _again(path: Path) -> str:
    return f"Delete {path} and run the pipeline again."
