"""Notations, from evidence: the type of each raw column, its decimal mark, its date format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from irm_core.contracts.notation import LogicalType, Notation
from irm_core.data.absence import NOT_A_NUMBER
from irm_core.data.casts import cast
from irm_core.data.missing_markers import MISSING_WORDS, words_in
from irm_core.data.preparation import value

TOLERANCE = 0.05
"""The share of a column's values that may be unreadable: such a column is of that type, with errors."""
CODE = r"^\s*[-+]?(0\d|\d{16,}\s*$)"
"""Postal codes and long identifiers, which are no amounts though they are written in digits."""
DATED = r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]|\s*$)"
AMOUNTS = r"^\s*[-+]?[€$£]?\s?\d{1,3}([.,' ]?\d{3})*([.,]\d+)?\s?[%€$£]?\s*$"
"""Numbers with marks between thousands, or with a unit, which are not read."""
_STRICT = ("dd/MM/yyyy", "MM/dd/yyyy", "dd.MM.yyyy", "dd-MM-yyyy", "MM-dd-yyyy", "yyyy/MM/dd", "yyyy.MM.dd")
_LENIENT = tuple(one.replace("dd", "d").replace("MM", "M") for one in _STRICT)
DATES = (
    Notation("date"),
    *(Notation("date", format=one) for one in (*_STRICT, *_LENIENT)),
    Notation("timestamp"),
    *(Notation("timestamp", format=f"{one} HH:mm{end}") for one in _STRICT for end in ("", ":ss")),
    *(Notation("timestamp", format=f"{one} H:mm{end}") for one in _LENIENT for end in ("", ":ss")),
)
"""In which dates are looked for, the likelier first: of day and month, the day."""
_AMOUNTS: tuple[LogicalType, ...] = ("integer", "number")
_HEAD = 10_000  # rows, of which a date format must fit one to be looked for in all


@dataclass(frozen=True)
class Guess:
    """The notation of a column. otherwise: another date format that fits as well.

    like: what the values of a column of text look like, and could not be read as.
    """

    notation: Notation
    otherwise: str | None = None
    like: Literal["", "dates", "amounts"] = ""


def guess(
    raw: pl.LazyFrame, schema: Mapping[str, pl.DataType], delimiter: str
) -> tuple[dict[str, Guess], tuple[str, ...]]:
    """The notation of every column, and the words that stand for missing values.

    All numbers share a decimal mark: a comma only where it parts no fields and more columns have it.
    """
    found = _evidence(raw, schema, ("." if delimiter == "," else ".,"))
    decimal = _decimal([found[name] for name, dtype in schema.items() if is_text(dtype)], delimiter)
    dated = [name for name in schema if _mostly("dates", found[name])]
    lost_as = _lost_as_dates(raw, {name: schema[name] for name in dated})
    guesses = {
        name: _dates(lost_as[name], one["present"]) if name in dated else _plain(one, dtype, decimal)
        for (name, dtype), one in zip(schema.items(), found.values(), strict=True)
    }
    return guesses, words_in({name: (guesses[name].notation, one["words"]) for name, one in found.items()})


def is_text(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.String | pl.Categorical | pl.Enum)


def lost(present: pl.Expr, typed: pl.Expr) -> pl.Expr:
    """How many values there are that could not be read."""
    return (present.is_not_null() & typed.is_null()).sum()


def _evidence(raw: pl.LazyFrame, schema: Mapping[str, pl.DataType], marks: str) -> dict[str, Any]:
    """Of each column: how many values are present, lost as each type, like dates; words for missing."""
    said = raw.with_columns(pl.col(name).cast(pl.String).str.strip_chars() for name in schema)
    return _one_row(said, [_of_text(name, dtype, marks).alias(name) for name, dtype in schema.items()])


def _of_text(name: str, dtype: pl.DataType, marks: str) -> pl.Expr:
    text = pl.col(name)
    kept = pl.when(~text.is_in(["", *MISSING_WORDS, *NOT_A_NUMBER])).then(text)
    kinds = {f"{kind}{mark}": Notation(kind, mark) for kind in _AMOUNTS for mark in marks}
    kinds |= {"boolean": Notation("boolean")}
    return pl.struct(
        kept.count().alias("present"),
        text.is_in(NOT_A_NUMBER).any().alias("nan"),
        (kept.str.contains(CODE).any() if is_text(dtype) else pl.lit(False)).alias("code"),
        (kept.str.contains(DATED).sum() if is_text(dtype) else pl.lit(0)).alias("dates"),
        (kept.str.contains(AMOUNTS).sum() if is_text(dtype) else pl.lit(0)).alias("amounts"),
        text.filter(text.is_in(MISSING_WORDS)).unique().implode().alias("words"),
        *(lost(kept, cast(kept, pl.String(), one)).alias(kind) for kind, one in kinds.items()),
    )


def _decimal(found: Sequence[Mapping[str, Any]], delimiter: str) -> str:
    """The mark with which more of the text columns are numbers."""

    if delimiter == ",":
        return "."

    def fits(one: Mapping[str, Any], mark: str) -> bool:
        return one["present"] > 0 and one[f"number{mark}"] <= one["present"] * TOLERANCE

    commas = sum(fits(one, ",") and not fits(one, ".") for one in found)
    points = sum(fits(one, ".") and not fits(one, ",") for one in found)
    return "," if commas > points else "."


def _mostly(like: str, found: Mapping[str, Any]) -> bool:
    return found[like] > 0 and found[like] >= found["present"] * (1 - TOLERANCE)


def _plain(found: Mapping[str, Any], dtype: pl.DataType, decimal: str) -> Guess:
    if dtype == pl.Boolean or (found["present"] and not found["boolean"] and found["number."]):
        return Guess(Notation("boolean"))
    if dtype.is_temporal():
        return Guess(Notation("date" if dtype == pl.Date else "timestamp"))
    if dtype.is_numeric():
        return Guess(Notation("number" if found["integer."] else "integer"))
    whole, number = found[f"integer{decimal}"], found[f"number{decimal}"]
    if found["code"] or not found["present"]:
        return Guess(Notation("string"))
    if number > found["present"] * TOLERANCE:
        return Guess(Notation("string"), like="amounts" if _mostly("amounts", found) else "")
    return Guess(Notation("integer" if whole == number and not found["nan"] else "number", decimal))


def _lost_as_dates(raw: pl.LazyFrame, dated: Mapping[str, pl.DataType]) -> dict[str, dict[str, int]]:
    """How many values each notation loses, by its place in DATES; without those that fit none at first."""

    def losses(frame: pl.LazyFrame, places: Mapping[str, Sequence[int]]) -> dict[str, Any]:
        tried = [_losses(name, dated[name], some).alias(name) for name, some in places.items()]
        return _one_row(frame, tried)

    everywhere = range(len(DATES))
    first = losses(raw.head(_HEAD), dict.fromkeys(dated, everywhere))
    fitting = {
        name: [place for place in everywhere if one[str(place)] < max(one.values())]
        for name, one in first.items()
    }
    return losses(raw, {name: places or everywhere for name, places in fitting.items()})


def _losses(name: str, dtype: pl.DataType, places: Sequence[int]) -> pl.Expr:
    return pl.struct(
        lost(*value(pl.col(name), dtype, DATES[place], MISSING_WORDS)).alias(str(place)) for place in places
    )


def _dates(lost_in: Mapping[str, int], present: int) -> Guess:
    """The first of the notations that lose least; text, where all lose too much."""
    least = min(lost_in.values())
    if least > present * TOLERANCE:
        return Guess(Notation("string"), like="dates")
    best, *others = [DATES[int(place)] for place, times in lost_in.items() if times == least]
    swapped = [one.format for one in others if _swapped(one.format, best.format)]
    return Guess(best, swapped[0] if swapped else None)


def _swapped(other: str | None, pattern: str | None) -> bool:
    return None not in (other, pattern) and other == str(pattern).translate(str.maketrans("dM", "Md"))


def _one_row(frame: pl.LazyFrame, expressions: Sequence[pl.Expr]) -> dict[str, Any]:
    return frame.select(expressions).collect(engine="streaming").row(0, named=True) if expressions else {}
