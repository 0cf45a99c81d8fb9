"""Fingerprint of raw data: what makes two sets of files the same."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.data.images import relative
from irm_core.data.sources import scan


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def raw_sha256(contract: Contract, files: Sequence[Path]) -> str:
    """One SHA-256 over names and contents of the files, and of the images that a manifest lists.

    Images that a manifest lists but that do not exist count by their name only; validation reports them.
    """
    total = hashlib.sha256()
    for file in [*files, *_images(contract, files)]:
        total.update(f"{file.as_posix()}\n{sha256(file) if file.is_file() else ''}\n".encode())
    return total.hexdigest()


def _images(contract: Contract, files: Sequence[Path]) -> list[Path]:
    if contract.image is None or contract.source.format == "images":
        return []
    paths = relative(pl.col(contract.image.name).cast(pl.String)).drop_nulls().unique(maintain_order=True)
    return [Path(path) for path in scan(contract, files).select(paths).collect().to_series()]
