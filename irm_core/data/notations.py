"""Notations, from evidence: the type of each raw column, its decimal mark, its date format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from irm_core.contracts.notation import Notation
from irm_core.data.missing_markers import MISSING_WORDS, words_in
from irm_core.data.preparation import value

TOLERANCE = 0.05
"""The share of a column's values that may be unreadable: such a column is of that type, with errors."""
CODE = r"^\s*[-+]?(0\d|\d{16,}\s*$)"
"""Postal codes and long identifiers, which are no amounts though they are written in digits."""
DATED = r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]|\s*$)"
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
_AMOUNTS = {f"{kind}{mark}": Notation(kind, mark) for kind in ("integer", "number") for mark in ".,"}


@dataclass(frozen=True)
class Guess:
    """The notation of a column. otherwise: another date format that fits as well.

    dated: the values look like dates, whatever could be made of them.
    """

    notation: Notation
    otherwise: str | None = None
    dated: bool = False


def guess(
    raw: pl.LazyFrame, schema: Mapping[str, pl.DataType], delimiter: str
) -> tuple[dict[str, Guess], tuple[str, ...]]:
    """The notation of every column, and the words that stand for missing values.

    All numbers share a decimal mark: a comma only where it parts no fields and more columns have it.
    """
    found = _one_row(raw, [_evidence(name, dtype).alias(name) for name, dtype in schema.items()])
    decimal = _decimal([found[name] for name, dtype in schema.items() if is_text(dtype)], delimiter)
    dated = [name for name in schema if _mostly_dated(found[name])]
    lost = _one_row(raw, [_lost_as_dates(name, schema[name]).alias(name) for name in dated])
    guesses = {
        name: _dates(lost[name], found[name]["present"])
        if name in dated
        else Guess(_plain(one, dtype, decimal))
        for (name, dtype), one in zip(schema.items(), found.values(), strict=True)
    }
    words = words_in({name: (guesses[name].notation, one["words"]) for name, one in found.items()})
    return guesses, words


def is_text(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.String | pl.Categorical | pl.Enum)


def lost(present: pl.Expr, typed: pl.Expr) -> pl.Expr:
    """How many values there are that could not be read."""
    return (present.is_not_null() & typed.is_null()).sum()


def _evidence(name: str, dtype: pl.DataType) -> pl.Expr:
    """How many values are present, are no numbers of each kind, look like dates, are words for missing."""
    said, text = pl.col(name), pl.col(name).cast(pl.String).str.strip_chars()
    present = value(said, dtype, Notation("number"), MISSING_WORDS)[0]
    kept = pl.when(present.is_not_null()).then(text)
    kinds = {**_AMOUNTS, "boolean": Notation("boolean")}
    return pl.struct(
        present.count().alias("present"),
        (kept.str.contains(CODE).any() if is_text(dtype) else pl.lit(False)).alias("code"),
        (kept.str.contains(DATED).sum() if is_text(dtype) else pl.lit(0)).alias("dated"),
        pl.concat_list((text == word).sum() for word in MISSING_WORDS).alias("words"),
        *(lost(*value(said, dtype, one, MISSING_WORDS)).alias(kind) for kind, one in kinds.items()),
    )


def _decimal(found: Sequence[Mapping[str, Any]], delimiter: str) -> str:
    """The mark with which more of the text columns are numbers."""

    def fits(one: Mapping[str, Any], mark: str) -> bool:
        return one["present"] > 0 and one[f"number{mark}"] <= one["present"] * TOLERANCE

    commas = sum(fits(one, ",") and not fits(one, ".") for one in found)
    points = sum(fits(one, ".") and not fits(one, ",") for one in found)
    return "," if delimiter != "," and commas > points else "."


def _mostly_dated(found: Mapping[str, Any]) -> bool:
    return found["dated"] > 0 and found["dated"] >= found["present"] * (1 - TOLERANCE)


def _plain(found: Mapping[str, Any], dtype: pl.DataType, decimal: str) -> Notation:
    if dtype == pl.Date:
        return Notation("date")
    if isinstance(dtype, pl.Datetime):
        return Notation("timestamp")
    if dtype == pl.Boolean or (found["present"] and not found["boolean"] and found["number."]):
        return Notation("boolean")
    if dtype.is_numeric():
        return Notation("number" if found["integer."] else "integer")
    whole, number = found[f"integer{decimal}"], found[f"number{decimal}"]
    if found["code"] or not found["present"] or number > found["present"] * TOLERANCE:
        return Notation("string")
    return Notation("integer" if whole == number else "number", decimal)


def _lost_as_dates(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.struct(
        lost(*value(pl.col(name), dtype, one, MISSING_WORDS)).alias(str(place))
        for place, one in enumerate(DATES)
    )


def _dates(lost_in: Mapping[str, int], present: int) -> Guess:
    """The first of the notations that lose least; text, where all lose too much."""
    least = min(lost_in.values())
    if least > present * TOLERANCE:
        return Guess(Notation("string"), dated=True)
    best, *others = [one for place, one in enumerate(DATES) if lost_in[str(place)] == least]
    swapped = [one.format for one in others if _swapped(one.format, best.format)]
    return Guess(best, swapped[0] if swapped else None, dated=True)


def _swapped(other: str | None, pattern: str | None) -> bool:
    return None not in (other, pattern) and other == str(pattern).translate(str.maketrans("dM", "Md"))


def _one_row(frame: pl.LazyFrame, expressions: Sequence[pl.Expr]) -> dict[str, Any]:
    return frame.select(expressions).collect(engine="streaming").row(0, named=True) if expressions else {}
