"""Compressed text files: which compressions are read, how, and what is said of the others."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from irm_core.errors import DataError

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
OTHERS = {
    b"\xfd7zXZ\x00": ("xz", "xz -d"),
    b"PK\x03\x04": ("zip (as an Excel workbook is: save it as CSV)", "unzip"),
    **{b"BZh%d1AY&SY" % level: ("bzip2", "bzip2 -d") for level in range(1, 10)},
}
"""How files begin that nobody reads here: by what they are compressed, and what unpacks them."""


def refuse_unread(file: Path) -> None:
    """Raise DataError where the file is compressed in a way that is not read."""
    begins = _beginning(file)
    for magic, (name, unpack) in OTHERS.items():
        if begins.startswith(magic):
            raise DataError(
                f"{file} is compressed by {name}, which is not read, unlike gzip and zstd. Compress it anew, "
                f"for example: {unpack} {file}; gzip {file.with_suffix('')}"
            )


@contextmanager
def opened(file: Path) -> Iterator[Any]:
    """The file as binary, unpacked where it is compressed. Raises OSError where they are cut short."""
    try:
        with _unpacked(file) as content:
            yield content
    except (EOFError, zlib.error) as error:
        raise OSError(str(error)) from error


def _unpacked(file: Path) -> Any:
    begins = _beginning(file)
    if begins.startswith(GZIP):
        return gzip.open(file)
    if begins.startswith(ZSTD):
        import pyarrow  # half a second, and seldom needed

        return pyarrow.CompressedInputStream(pyarrow.OSFile(str(file)), "zstd")
    return file.open("rb")


def _beginning(file: Path) -> bytes:
    with file.open("rb") as content:
        return content.read(16)
