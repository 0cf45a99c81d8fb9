"""Profile of raw data: how every column is written, and what its values are like."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from irm_core.contracts.contract import Column, Contract, Source
from irm_core.contracts.names import ROW_UNREADABLE
from irm_core.contracts.notation import LogicalType, Notation
from irm_core.data.missing_markers import SENTINELS, sentinel_evidence, sentinels_in
from irm_core.data.notations import Guess, guess
from irm_core.data.preparation import value
from irm_core.data.shared_columns import shared
from irm_core.data.sources import damage_named, scan

MOST_VALUES = 50
"""Columns of at most so many different values have them listed."""


@dataclass(frozen=True)
class ColumnProfile:
    """One column: how many values are missing, unreadable or different; what they are, if they are few.

    times: how many rows have each of these.
    low, high: the smallest and largest value; None of a column without values. words: in each, the mean.
    otherwise, like: as in Guess.
    """

    name: str
    notation: Notation
    missing: int
    unreadable: int
    distinct: int
    values: tuple[Any, ...]
    times: tuple[int, ...]
    low: Any
    high: Any
    words: float
    otherwise: str | None
    like: str

    @property
    def logical_type(self) -> LogicalType:
        return self.notation.logical_type


@dataclass(frozen=True)
class Profile:
    """source: as given, with the decimal mark. rows: all; torn: those with other fields than the header.

    undeclarable: why a column cannot be used. scanned: the rows as the source says them, FILE, LINE and
    ROW_UNREADABLE.
    """

    source: Source
    files: tuple[Path, ...]
    rows: int
    torn: int
    columns: dict[str, ColumnProfile]
    missing_values: tuple[str, ...]
    undeclarable: dict[str, str]
    scanned: pl.LazyFrame = field(compare=False, repr=False)


def profile(source: Source, files: Sequence[Path], folder: Path | None = None) -> Profile:
    """The columns that all files have. Raises DataError as reading them does.

    folder: where the rows of text files are kept, so that these are parsed once. They are needed for as long
    as `scanned` is. Without it, the files are parsed whenever rows are asked for.
    """
    usable, refused = shared(provisional(source, ()), files)
    scanned = _kept(
        provisional(source, [Column(name, "string", "ignore", 1) for name in usable]), files, folder
    )
    whole = pl.col(ROW_UNREADABLE).is_null()
    raw = scanned.filter(whole).select(usable)
    types = raw.collect_schema()
    plain = {name: dtype for name, dtype in types.items() if not _is_nested(dtype)}
    guesses, words = guess(raw, plain, source.delimiter)
    markers = (*words, *_sentinels(raw, plain, guesses, words))
    figures = _figures(raw, plain, guesses, markers)
    rows, torn = scanned.select(pl.len(), (~whole).sum().alias("torn")).collect(engine="streaming").row(0)
    decimals = {one.notation.decimal for one in guesses.values()}
    return Profile(
        source=replace(source, decimal="," if "," in decimals else "."),
        files=tuple(files),
        rows=rows,
        torn=torn,
        columns={name: _column(name, guesses[name], figures[name]) for name in plain},
        missing_values=markers,
        undeclarable=refused
        | {name: f"values of type {types[name]} cannot be used." for name in types if name not in plain},
        scanned=scanned,
    )


def provisional(source: Source, columns: Sequence[Column], **parts: Any) -> Contract:
    """Contract enough to read these columns."""
    others: dict[str, Any] = {
        "name": "",
        "splits": {},
        "missing_values": (),
        "task": "regression",
    }
    return Contract(
        path=Path("(the contract to be written)"),
        version="",
        sha256="",
        source=source,
        columns=tuple(columns),
        rules=(),
        max_quarantined=1.0,
        **(others | parts),
    )


def _kept(contract: Contract, files: Sequence[Path], folder: Path | None) -> pl.LazyFrame:
    """The rows, parsed once if there is a folder for them. Parquet is read as fast as a copy would be."""
    scanned = scan(contract, files)
    if folder is None or contract.source.format == "parquet":
        return scanned
    path = folder / "rows.parquet"
    with damage_named(contract, files):
        scanned.sink_parquet(path, compression="lz4", statistics=False, engine="streaming")
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def _is_nested(dtype: pl.DataType) -> bool:
    return dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Object | pl.Duration | pl.Time | pl.Null)


def _sentinels(
    raw: pl.LazyFrame, plain: dict[str, pl.DataType], guesses: dict[str, Guess], words: tuple[str, ...]
) -> tuple[str, ...]:
    """The markers among numbers, as the files write them."""
    kinds = {name: guesses[name].notation.logical_type for name in plain}
    numbers = [name for name, kind in kinds.items() if kind in ("integer", "number")]
    texts = [name for name, kind in kinds.items() if kind == "string"]
    if not numbers:
        return ()
    said = {name: pl.col(name).cast(pl.String).str.strip_chars() for name in plain}
    read = {
        name: value(pl.col(name), plain[name], guesses[name].notation, words)[1].cast(pl.Float64)
        for name in numbers
    }
    typed = raw.select(*(read[name].alias(name) for name in numbers), *(said[name] for name in texts))
    in_text = (
        pl.concat_list((pl.col(name) == str(one)).sum() for one in SENTINELS).alias(name) for name in texts
    )
    evidence = [sentinel_evidence(pl.col(name)).alias(name) for name in numbers]
    found = typed.select(*evidence, *in_text).collect(engine="streaming").row(0, named=True)
    markers = sentinels_in({name: found[name] for name in numbers}, {name: found[name] for name in texts})
    if not markers:
        return ()
    written = (said[name].filter(read[name].is_in(markers)).unique().implode() for name in numbers)
    spelt = raw.select(one.alias(str(place)) for place, one in enumerate(written)).collect(engine="streaming")
    return tuple(sorted({text for texts in spelt.row(0) for text in texts}))


def _figures(
    raw: pl.LazyFrame, plain: dict[str, pl.DataType], guesses: dict[str, Guess], markers: tuple[str, ...]
) -> dict[str, Any]:
    """The fields of each ColumnProfile."""
    if not plain:
        return {}
    read = {name: value(pl.col(name), plain[name], guesses[name].notation, markers) for name in plain}
    typed = raw.select(
        expression
        for place, (present, typed) in enumerate(read.values())
        for expression in (typed.alias(f"{place} typed"), present.is_null().alias(f"{place} missing"))
    )
    figures = [_figure(place, guesses[name].notation).alias(name) for place, name in enumerate(plain)]
    found = typed.select(figures).collect(engine="streaming").row(0, named=True)
    few = [place for place, one in enumerate(found.values()) if one["distinct"] <= MOST_VALUES]
    counted = typed.select(pl.col(f"{place} typed").drop_nulls().value_counts().implode() for place in few)
    listed = counted.collect(engine="streaming").row(0) if few else ()
    by_place = dict(zip(few, map(_counts, listed), strict=True))
    return {
        name: one | by_place.get(place, {"values": (), "times": ()})
        for place, (name, one) in enumerate(found.items())
    }


def _counts(counted: Sequence[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """The values in their order, and how many rows have each."""
    pairs = sorted(tuple(one.values()) for one in counted)
    return {"values": tuple(value for value, _ in pairs), "times": tuple(times for _, times in pairs)}


def _figure(place: int, notation: Notation) -> pl.Expr:
    values, missing = pl.col(f"{place} typed"), pl.col(f"{place} missing")
    words = (
        values.str.count_matches(r"\S+").mean().fill_null(0)
        if notation.logical_type == "string"
        else pl.lit(1.0)
    )
    return pl.struct(
        missing=missing.sum(),
        unreadable=(values.is_null() & ~missing).sum(),
        distinct=values.drop_nulls().n_unique(),
        low=values.min(),
        high=values.max(),
        words=words,
    )


def _column(name: str, guessed: Guess, figures: dict[str, Any]) -> ColumnProfile:
    return ColumnProfile(name, guessed.notation, otherwise=guessed.otherwise, like=guessed.like, **figures)
