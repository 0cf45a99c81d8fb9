"""Listing of a source: what there is, and in which state, without reading it."""

from collections.abc import Mapping
from pathlib import Path

from irm_core.contracts.contract import Contract
from irm_core.contracts.object_storage import protocol
from irm_core.data.landing import delta
from irm_core.data.landing.objects import Bucket
from irm_core.data.listed_images import listed_images
from irm_core.data.sources import find
from irm_core.errors import UsageError

Listing = dict[str, str]
"""Name -> what changes with its content: size and time of a file, an object's ETag, a table's version."""


def listing(contract: Contract, credentials: Mapping[str, str]) -> Listing:
    """All that the contract's source names now. Images that a table lists are seen where they are local.

    Raises DataError where there is nothing, or it cannot be listed; UsageError for a database.
    """
    refuse_unlisted(contract)
    source = contract.source
    if source.format == "delta":
        return {source.path: delta.state(source, credentials)}
    if protocol(source.path):
        return Bucket(source, Path(), credentials).listing()
    files = find(source)
    return {file.as_posix(): _state(file) for file in (*files, *listed_images(contract, files))}


def refuse_unlisted(contract: Contract) -> None:
    """Raise UsageError where only reading everything tells whether anything has changed."""
    if contract.source.database:
        raise UsageError(
            f"{contract.path}: a database does not say whether its rows have changed. Retrain on a schedule "
            "(--cron): unchanged rows train nothing."
        )


def _state(file: Path) -> str:
    """Nothing where the file does not exist: a table may list such images."""
    if not file.is_file():
        return ""
    found = file.stat()
    return f"{found.st_size} {found.st_mtime_ns}"
