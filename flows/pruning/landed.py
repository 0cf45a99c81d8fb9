"""Landed copies of objects that no published version lists any more: they are gone where they came from."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl

from flows.pruning.removal import Removal, size
from irm_core.data.catalogue import Entry
from irm_core.data.changes import RAW
from irm_core.data.ingestion import LANDING
from irm_core.data.landing.receipts import landed_file, receipt_file

STORES = ("s3", "gs", "az")


def gone_objects(known: list[Entry]) -> Iterator[Removal]:
    """Files that arrived before the newest version, and that none of these lists."""
    if not known:
        return
    newest = max(one.created.timestamp() for one in known)
    listed = {name for one in known for name in _raw_files(one.path)}
    home = landed_file(LANDING, "")
    for store in STORES:
        for file in sorted(home.glob(f"{store}/**/*")):
            place = file.relative_to(home).as_posix()
            name = f"{store}://{place.removeprefix(f'{store}/')}"
            if file.is_file() and name not in listed and file.stat().st_mtime < newest:
                receipt = receipt_file(LANDING, place)
                yield Removal("landed objects", store, name, size([file]), partial(_remove, file, receipt))


def _raw_files(version: Path) -> list[str]:
    file = version / RAW
    return pl.read_parquet(file, columns=["name"])["name"].to_list() if file.is_file() else []


def _remove(file: Path, receipt: Path) -> None:
    receipt.unlink(missing_ok=True)
    file.unlink(missing_ok=True)
