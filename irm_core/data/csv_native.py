"""CSV files without quotation marks, typed by Polars' own reader, with a second look where that may err.

The reader takes a third of the time that splitting lines and casting texts takes. But it fills short records
and drops what it cannot read. So it is believed only where it leaves no doubt, and the row obeys all rules;
all other records are read as text, as those of any CSV file. Both ways give the same rows.
"""

from collections.abc import Iterator, Sequence
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
from irm_core.data.csv_file import header, records
from irm_core.data.lines import TEXT
from irm_core.data.preparation import (
    is_sure,
    is_written_number,
    prepare,
    prepared_columns,
    read,
    remarks,
)
from irm_core.data.quarantine import flag_alone, good_columns, obeys
from irm_core.data.sighted import Sighted

_BOM = "\ufeff".encode()
TOGETHER = 4
"""So many pieces get a second look together, if few of their records need one: each has its price."""


def flagged(contract: Contract, file: Path, size: int = PIECE) -> Iterator[pl.DataFrame]:
    """The rows of a plain file (see `csv_bytes.is_plain`), typed and flagged, some at a time, in order."""
    nothing = pl.lit([], pl.List(pl.String)).alias(RULES)
    for one in sighted(contract, file, size):
        certain = [rows.filter(good) for rows, good in zip(one.rows, one.good, strict=True)]
        merged = pl.concat([one.others, pl.concat(certain).with_columns(nothing)], how="diagonal")
        shown = merged.select(*prepared_columns(contract), RULES)
        yield shown.sort(LINE) if len(one.others) else shown


def sighted(contract: Contract, file: Path, size: int = PIECE) -> Iterator[Sighted]:
    """The same rows before the two sorts of them are merged."""
    layout, first = _Layout(contract, file, tuple(header(contract, file))), 2
    seen: list[_Piece] = []
    for piece in pieces(file, size):
        starts = _starts(piece)
        seen.append(layout.at_first_sight(piece, starts, first))
        first += len(starts) - 1
        if len(seen) == TOGETHER or sum(len(one.doubtful) for one in seen) > len(starts):
            yield layout.together(seen)
            seen = []
    if seen:
        yield layout.together(seen)


@dataclass(frozen=True)
class _Piece:
    """rows, good: as of Sighted. doubtful: LINE and TEXT of the records that need a second look."""

    rows: pl.DataFrame
    good: pl.Series
    doubtful: pl.DataFrame


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

    def at_first_sight(self, piece: bytes, starts: np.ndarray, first: int) -> _Piece:
        """The rows of a piece whose lines have these `starts`, the first line with the number `first`.

        All are doubtful, where the reader has not found one row per line.
        """
        typed, lines = self._typed(piece), len(starts) - 1
        if typed is None or typed.height != lines:
            rows, good = self._judged(pl.DataFrame(schema=self._schema), first)
            return _Piece(rows, good, _texts(piece, starts, first, np.arange(lines)))
        rows, good = self._judged(typed, first)
        return _Piece(rows, good, _texts(piece, starts, first, np.flatnonzero(~good.to_numpy())))

    def together(self, seen: Sequence[_Piece]) -> Sighted:
        """Several pieces, and one second look at what is doubtful in any of them."""
        doubtful = pl.concat([one.doubtful for one in seen], rechunk=True)  # Polars panics at empty pieces
        return Sighted([one.rows for one in seen], [one.good for one in seen], self._as_text(doubtful))

    def _judged(self, typed: pl.DataFrame, first: int) -> tuple[pl.DataFrame, pl.Series]:
        lines = pl.int_range(first, first + typed.height, dtype=pl.Int64).alias(LINE)
        about = (
            pl.lit(self.file.as_posix()).alias(FILE),
            lines,
            pl.lit(None, pl.String).alias(ROW_UNREADABLE),
        )
        read = typed.select(*about, *self._read)
        good = typed.select(self._sure).to_series() & read.select(self._obeys).to_series()
        return read.select(good_columns(self.contract)), good

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
            ).rechunk()  # since sorting by environment takes three times as long in pieces
        except pl.exceptions.PolarsError:
            return None  # Some record has too many fields: each is looked at as text, which tells which.

    def _as_text(self, texts: pl.DataFrame) -> pl.DataFrame:
        """The records of these lines, LINE and TEXT, flagged."""
        ended = pl.col(TEXT).str.strip_suffix("\n").str.strip_suffix("\r")
        layout = Plain(self.contract.source.delimiter, len(self.names))
        raw = records(self.contract, self.file, self.names, layout, texts.lazy().with_columns(ended))
        return flag_alone(prepare(raw, self.contract), self.contract).collect()

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
                found += read(said, column, pl.String(), self.contract.missing_in(column))
        return found

    @cached_property
    def _obeys(self) -> pl.Expr:
        """False of a record of which something could not be read, too."""
        all_read = pl.all_horizontal(pl.col(remarks(self.contract)).is_null())
        return all_read & obeys(self.contract)

    @cached_property
    def _sure(self) -> pl.Expr:
        """False of a record that lacks its last field, too, as a short one and an empty line do."""
        last = pl.col(str(len(self.names) - 1)).is_not_null()
        numbers = (
            is_sure(pl.col(at), one, self.contract.missing_in(one)) for at, one in self._numbers.items()
        )
        return pl.all_horizontal(last, *numbers)

    def _place(self, column: Column) -> str:
        return str(self.names.index(column.name))


def _texts(piece: bytes, starts: np.ndarray, first: int, wanted: np.ndarray) -> pl.DataFrame:
    """LINE and TEXT of the wanted lines of a piece, by their places in it."""
    texts = [piece[starts[at] : starts[at + 1]].decode(UTF_8) for at in wanted.tolist()]
    return pl.DataFrame({LINE: wanted + first, TEXT: texts}, {LINE: pl.Int64, TEXT: pl.String})
