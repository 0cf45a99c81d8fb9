"""CSV files without quotation marks, typed by Polars' own reader, with a second look where that may err.

The reader takes a third of the time that splitting lines and casting texts takes. But it fills short records
and drops what it cannot read. So it is believed only where it leaves no doubt, and the row obeys all rules;
all other records are read as text, as those of any CSV file. Both ways give the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from irm_core.contracts.contract import Column, Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, RULES, unreadable
from irm_core.contracts.source import UTF_8
from irm_core.data.csv_bytes import PIECE, pieces
from irm_core.data.csv_fields import Plain
from irm_core.data.csv_file import columns, records
from irm_core.data.lines import TEXT
from irm_core.data.preparation import is_sure, is_written_number, prepare, prepared_columns, read
from irm_core.data.quarantine import flag_alone, obeys

_BOM = "\ufeff".encode()


def flagged(contract: Contract, file: Path, size: int = PIECE) -> Iterator[pl.DataFrame]:
    """The rows of a plain file (see `csv_bytes.is_plain`), typed and flagged, some at a time, in order."""
    layout, first = _Layout(contract, file, tuple(columns(contract, file))), 2
    for piece in pieces(file, size):
        starts = _starts(piece)
        yield layout.flagged(piece, starts, first)
        first += len(starts) - 1


def _starts(piece: bytes) -> np.ndarray:
    """Where each line of it starts, and where the line after the last would."""
    after = np.flatnonzero(np.frombuffer(piece, np.uint8) == ord("\n")) + 1
    whole = len(after) and after[-1] == len(piece)
    return np.concatenate([[0], after] if whole else [[0], after, [len(piece)]])


@dataclass(frozen=True)
class _Layout:
    contract: Contract
    file: Path
    names: tuple[str, ...]

    def flagged(self, piece: bytes, starts: np.ndarray, first: int) -> pl.DataFrame:
        """The records of a piece whose lines have these `starts`, the first line with the number `first`."""
        typed, lines = self._typed(piece), len(starts) - 1
        if typed is None or typed.height != lines:
            return self._as_text(piece, starts, first, np.arange(lines))
        believed = typed.select(*self._read, *self._about(first, lines))
        fine = typed.select(self._sure).to_series() & believed.select(obeys(self.contract)).to_series()
        kept = believed.select(self.columns).with_columns(pl.lit([], pl.List(pl.String)).alias(RULES))
        if fine.all():
            return kept
        others = self._as_text(piece, starts, first, np.flatnonzero(~fine.to_numpy()))
        return pl.concat([kept.filter(fine), others]).sort(LINE)

    def _typed(self, piece: bytes) -> pl.DataFrame | None:
        """All fields, even those that nobody asks for: else Polars would say nothing of too many."""
        if piece.startswith(_BOM):  # which Polars would take for the file's own
            return None
        try:
            return pl.read_csv(
                piece,
                has_header=False,
                schema=self._schema,
                separator=self.contract.source.delimiter,
                quote_char=None,
                ignore_errors=True,
            )
        except pl.exceptions.PolarsError:
            return None  # Some record has too many fields: each is looked at as text, which tells which.

    def _as_text(self, piece: bytes, starts: np.ndarray, first: int, wanted: np.ndarray) -> pl.DataFrame:
        """The records of the wanted lines of a piece, by their places in it."""
        texts = [piece[starts[at] : starts[at + 1]].decode(UTF_8) for at in wanted.tolist()]
        lines = pl.LazyFrame({LINE: wanted + first, TEXT: texts}, {LINE: pl.Int64, TEXT: pl.String})
        ended = pl.col(TEXT).str.strip_suffix("\n").str.strip_suffix("\r")
        layout = Plain(self.contract.source.delimiter, len(self.names))
        raw = records(self.contract, self.file, self.names, layout, lines.with_columns(ended))
        return flag_alone(prepare(raw, self.contract), self.contract).select(*self.columns, RULES).collect()

    def _about(self, first: int, lines: int) -> tuple[pl.Expr, ...]:
        return (
            pl.lit(self.file.as_posix()).alias(FILE),
            pl.int_range(first, first + lines, dtype=pl.Int64).alias(LINE),
            pl.lit(None, pl.String).alias(ROW_UNREADABLE),
        )

    @cached_property
    def columns(self) -> list[str]:
        return prepared_columns(self.contract)

    @cached_property
    def _numbers(self) -> dict[str, Column]:
        written = (one for one in self.contract.columns if is_written_number(one, pl.String()))
        return {self._place(one): one for one in written}

    @cached_property
    def _schema(self) -> dict[str, pl.DataType]:
        places = map(str, range(len(self.names)))
        return {one: self._numbers[one].dtype if one in self._numbers else pl.String() for one in places}

    @cached_property
    def _read(self) -> list[pl.Expr]:
        """Values and what could not be read of them. Numbers are what they are, where they are sure."""
        found: list[pl.Expr] = []
        for column in self.contract.columns:
            said = pl.col(self._place(column))
            if self._place(column) in self._numbers:
                found += [said.alias(column.name), pl.lit(None, pl.String).alias(unreadable(column.name))]
            else:
                found += read(said, column, pl.String(), self.contract.missing_values)
        return found

    @cached_property
    def _sure(self) -> pl.Expr:
        """False of a record that lacks its last field, too, as a short one and an empty line do."""
        last = pl.col(str(len(self.names) - 1)).is_not_null()
        missing = self.contract.missing_values
        return pl.all_horizontal(
            last, *(is_sure(pl.col(at), one, missing) for at, one in self._numbers.items())
        )

    def _place(self, column: Column) -> str:
        return str(self.names.index(column.name))
