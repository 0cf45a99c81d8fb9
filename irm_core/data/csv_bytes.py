"""CSV files as bytes: whether they can be read without looking at quotation marks, and pieces of them."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from irm_core.contracts.source import UTF_8
from irm_core.data.compression import opened
from irm_core.data.csv_records import QUOTE
from irm_core.data.lines import COMPRESSED

PIECE = 30 << 20
"""Bytes. Each piece has its price; from 32 MiB on, glibc has the system clear memory for every one anew."""
_LOOK = 1 << 20  # bytes, which fit a processor's cache


def is_plain(file: Path, encoding: str) -> bool:
    """Whether the file is text in UTF-8 without a single quotation mark: every line is a record then."""
    return encoding == UTF_8 and file.suffix not in COMPRESSED and is_utf_8(file, without=QUOTE)


def is_utf_8(file: Path, without: str | None = None) -> bool:
    """Whether the file, unpacked, is UTF-8, and has not what it is to be `without`: one ASCII character."""
    decoder, look = codecs.getincrementaldecoder(UTF_8)(), bytearray(_LOOK)
    packed = file.suffix in COMPRESSED
    with opened(file) if packed else file.open("rb", buffering=0) as content:
        try:
            while size := content.readinto(look):
                seen = look if size == _LOOK else look[:size]
                if without is not None and without.encode() in seen:
                    return False
                # What is not complete in one look is kept for the next.
                if decoder.getstate()[0] or not seen.isascii():
                    decoder.decode(seen)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def pieces(file: Path, size: int = PIECE) -> Iterator[bytes]:
    """All lines but the first, some whole ones at a time."""
    with file.open("rb") as content:
        content.readline()
        start = content.tell()
        while True:
            stop = _end_of_line(content, start + size - 1)
            content.seek(start)
            # To join what is read of two would take as long as to look for lines in it.
            piece = content.read(stop - start)
            if not piece:
                return
            yield piece
            start = stop


def _end_of_line(content: BinaryIO, place: int) -> int:
    """Where the line at this place ends; beyond the end, the place itself."""
    content.seek(place)
    content.readline()
    return content.tell()
