"""Fingerprint of raw data: what makes two sets of files the same."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from irm_core.contracts.contract import Contract
from irm_core.data.listed_images import listed_images
from irm_core.data.raw_files import Origin, RawFile


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def raw_files(contract: Contract, files: Sequence[Path], origin: Origin) -> tuple[RawFile, ...]:
    """The files, and the images that they list, with what they hash to.

    Images that are listed but do not exist have no hash; validation reports them.
    """
    found = [*files, *listed_images(contract, files)]
    return tuple(origin.landed.get(path) or _local(path) for path in found)


def combined(files: Sequence[RawFile]) -> str:
    """One SHA-256 over names and contents."""
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.name}\n{file.sha256}\n".encode())
    return total.hexdigest()


def _local(path: Path) -> RawFile:
    return RawFile(path.as_posix(), sha256(path) if path.is_file() else "")
