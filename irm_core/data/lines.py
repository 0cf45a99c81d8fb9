"""The lines of a text file, with their numbers, whatever its encoding: a lazy frame of TEXT and LINE."""

import codecs
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from irm_core.contracts.names import LINE
from irm_core.contracts.source import UTF_8
from irm_core.data.compression import opened

TEXT = "_text"
BATCH = 50_000  # lines
COMPRESSED = (".gz", ".zst")
"""How the names of files end that Polars reads as text all the same."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How files begin that nobody reads: they are to be converted."""
SCHEMA = {LINE: pl.UInt32, TEXT: pl.String}

# windows-1252 leaves five bytes undefined. They are what they are in ISO 8859-1, as browsers have it.
codecs.register_error(
    "as-latin-1",
    lambda error: (error.object[error.start : error.end].decode("latin-1"), error.end),  # type: ignore[attr-defined]
)


def numbered(file: Path, encoding: str) -> pl.LazyFrame:
    """Line ends are no part of a line. The first has the number 1."""
    if encoding == UTF_8:
        return pl.scan_lines(file, name=TEXT, row_index_name=LINE, row_index_offset=1, glob=False)

    def batches(
        columns: list[str] | None, predicate: pl.Expr | None, most: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        for frame in _decoded(file, encoding, size or BATCH):
            kept = frame if most is None else frame.filter(pl.col(LINE) <= most)
            selected = kept if columns is None else kept.select(columns)
            yield selected if predicate is None else selected.filter(predicate)
            if kept.height < frame.height:
                return

    return register_io_source(batches, schema=SCHEMA, is_pure=True)


def _decoded(file: Path, encoding: str, size: int) -> Iterator[pl.DataFrame]:
    """Batches of at least one line; none of an empty file."""
    first = 1
    with opened(file) as content, io.TextIOWrapper(content, encoding, "as-latin-1", newline="\n") as text:
        while batch := list(islice(text, size)):
            lines = pl.Series(TEXT, batch).str.strip_suffix("\n").str.strip_suffix("\r")
            numbers = pl.int_range(first, first + len(batch), dtype=pl.UInt32, eager=True)
            yield pl.DataFrame([numbers.alias(LINE), lines])
            first += len(batch)
