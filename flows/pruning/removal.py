"""One thing that is to go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Removal:
    """kind: what it is, in words. of: its data set and split. size: in bytes; None where only a server knows.

    remove: does it. Where it was done before, nothing happens.
    """

    kind: str
    of: str
    name: str
    size: int | None
    remove: Callable[[], None]


def size(paths: Iterable[Path]) -> int:
    """Bytes of these files, and of all that is below these folders."""
    files = (file for path in paths for file in (path.rglob("*") if path.is_dir() else (path,)))
    return sum(file.stat().st_size for file in files if file.is_file())
