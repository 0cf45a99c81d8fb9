"""CSV files, read raw: every value as text, every record with its file and line, none lost.

Polars' own CSV reader fills short records, cuts or refuses long ones and has no line numbers. Splitting
its lines ourselves, in Polars, costs the same and tells all of that.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE
from irm_core.data.columns import check
from irm_core.data.compression import refuse_unread
from irm_core.data.csv_bytes import is_plain
from irm_core.data.csv_fields import FIELDS, Plain, Quoted
from irm_core.data.csv_records import QUOTE, Joined, join, odd
from irm_core.data.folders import named_by_folders
from irm_core.data.lines import TEXT, numbered
from irm_core.data.reading import reading
from irm_core.errors import DataError

DELIMITERS = ",;\t|"


def scan(contract: Contract, files: Sequence[Path]) -> pl.LazyFrame:
    """The declared columns of all files, in their order, as text, and FILE, LINE, ROW_UNREADABLE."""
    return pl.concat([_scan_one(contract, file) for file in files])


def columns(contract: Contract, file: Path) -> list[str]:
    """The columns that the first line of `file` names, and those that its folders do (`site=va/a.csv`)."""
    found = header(contract, file)
    return [*found, *(name for name in named_by_folders(file) if name not in found)]


def header(contract: Contract, file: Path) -> list[str]:
    """The columns that the first line of `file` names.

    Raises DataError where there is no first line, it cannot be unpacked, or it seems to be written with
    another delimiter.
    """
    with reading(file):
        refuse_unread(file)
        lines = numbered(file, contract.source.encoding).head(1).collect()[TEXT]
    first = lines[0].removeprefix("\ufeff") if len(lines) else ""
    if not first.strip():
        raise DataError(f"{file} has no header: its first line is empty. It must name the columns.")
    found = _split(first, contract.source.delimiter)
    if len(found) == 1:
        _refuse_other_delimiter(contract, file, first)
    return found


def _scan_one(contract: Contract, file: Path) -> pl.LazyFrame:
    found = header(contract, file)
    check(contract, file, columns(contract, file))
    delimiter, width = contract.source.delimiter, len(found)
    lines = numbered(file, contract.source.encoding).filter(pl.col(LINE) > 1)
    if is_plain(file, contract.source.encoding):
        return records(contract, file, found, Plain(delimiter, width), lines)
    with reading(file):
        quoted, strays = lines.select(_any_quote(), odd(pl.col(TEXT)).any()).collect().row(0)
    layout = Quoted(delimiter, width) if quoted else Plain(delimiter, width)
    joined = join(_rows(lines), delimiter, width) if strays else Joined({}, frozenset())
    return records(contract, file, found, layout, _joined(lines, joined))


def records(
    contract: Contract, file: Path, found: Sequence[str], layout: Plain | Quoted, texts: pl.LazyFrame
) -> pl.LazyFrame:
    """What `scan` gives, of the records with these texts. Empty ones hold nothing, and are no records.

    found: the columns that the file's header names; folders name the others.
    """
    folders = named_by_folders(file)

    def value(name: str) -> pl.Expr:
        return pl.lit(folders[name], pl.String) if name in folders else layout.value(found.index(name))

    return (
        texts.filter(pl.col(TEXT) != "")
        .with_columns(layout.fields().alias(FIELDS), pl.col(LINE).cast(pl.Int64))
        .select(
            *(value(column.name).alias(column.name) for column in contract.columns),
            pl.lit(file.as_posix()).alias(FILE),
            LINE,
            layout.unreadable().alias(ROW_UNREADABLE),
        )
    )


def _any_quote() -> pl.Expr:
    return pl.col(TEXT).str.contains(QUOTE, literal=True).any().alias(QUOTE)


def _rows(lines: pl.LazyFrame) -> Iterator[tuple[int, str]]:
    for batch in lines.collect_batches(maintain_order=True):
        yield from batch.select(LINE, TEXT).iter_rows()


def _joined(lines: pl.LazyFrame, joined: Joined) -> pl.LazyFrame:
    """The lines, those of records of several as one."""
    if not joined.texts:
        return lines
    whole = pl.col(LINE).replace_strict(joined.texts, default=pl.col(TEXT), return_dtype=pl.String)
    first = ~pl.col(LINE).is_in(sorted(joined.others))
    return lines.with_columns(whole.alias(TEXT)).filter(first)


def _split(line: str, delimiter: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]


def _refuse_other_delimiter(contract: Contract, file: Path, first: str) -> None:
    declared = contract.source.delimiter
    for other in DELIMITERS:
        if other != declared and len(_split(first, other)) > 1:
            raise DataError(
                f"{file} seems to separate its columns by {other!r}, not by {declared!r} as {contract.path}:"
                f"{contract.source.line} says. Correct the custom property `delimiter` of the server."
            )
