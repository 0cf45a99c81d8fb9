"""Receipts: which state of what is elsewhere has arrived, so that the same is not fetched again."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from irm_core.data.fingerprint import sha256
from irm_core.data.raw_files import RawFile
from irm_core.data.version import Record


class Receipt(Record):
    """state: what its source calls this state, such as an ETag. size, modified: of the file that arrived."""

    state: str
    sha256: str
    size: int
    modified: int


class Fetched(Record):
    """What has been written: its SHA-256, and the state of its source at that moment."""

    sha256: str
    state: str


Fetch = Callable[[Path], Fetched]
"""Write to a new file."""


def arrived(folder: Path, place: str, name: str, state: str) -> tuple[Path, RawFile] | None:
    """The file at `place` of the folder, if it is still what arrived of this state."""
    file = landed_file(folder, place)
    try:
        receipt = Receipt.model_validate_json(receipt_file(folder, place).read_bytes())
        found = file.stat()
    except (FileNotFoundError, ValidationError):
        return None
    if (receipt.state, receipt.size, receipt.modified) != (state, found.st_size, found.st_mtime_ns):
        return None
    return file, RawFile(name, receipt.sha256)


def arrive(folder: Path, staging: Path, place: str, name: str, fetch: Fetch) -> tuple[Path, RawFile]:
    """Fetch into the staging folder, then put at its place what has arrived whole, with a receipt.

    What is there already, with the same content, stays: somebody may be reading it.
    """
    waiting, file = staging / uuid4().hex, landed_file(folder, place)
    found = fetch(waiting)
    if not file.is_file() or sha256(file) != found.sha256:
        file.parent.mkdir(parents=True, exist_ok=True)
        waiting.replace(file)
    _sign(file, found, receipt_file(folder, place), staging)
    return file, RawFile(name, found.sha256)


def _sign(file: Path, found: Fetched, receipt: Path, staging: Path) -> None:
    now, waiting = file.stat(), staging / uuid4().hex
    signed = Receipt(state=found.state, sha256=found.sha256, size=now.st_size, modified=now.st_mtime_ns)
    waiting.write_text(signed.model_dump_json())
    receipt.parent.mkdir(parents=True, exist_ok=True)
    waiting.replace(receipt)


def landed_file(folder: Path, place: str) -> Path:
    """Where a file lies."""
    return folder / "files" / place


def receipt_file(folder: Path, place: str) -> Path:
    return folder / "receipts" / f"{place}.json"
