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
DATED = (
    r"^\s*(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]|\s*$)|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\s*$)"
)
"""What may be a date, 20241231 too."""
AMOUNTS = (
    r"^\s*[-+]?[€$£]?\s?\d{1,3}(?:[.,' ]?\d{3})*(?:[.,]\d+)?"
    r"(\s?[%€$£]|\s[A-Za-zµ°][A-Za-z0-9µ°/²³]*|"
    r"(?:[kmnµu]?g|mcg|[mcdµu]?[lL]|[kmcµn]?m|mm[Hh]g|bpm|kcal|k?cal|k?J|IU|[mµk]?mol/[lL]|°?C|°?F|h|min|m?s)|)\s*$"
)
"""Numbers with marks between thousands, or with a unit (the group), which are not read."""
MOST_UNITS = 6
"""So many units may be in one column of amounts: with more the letters are part of a code."""
_STRICT = ("dd/MM/yyyy", "MM/dd/yyyy", "dd.MM.yyyy", "dd-MM-yyyy", "MM-dd-yyyy", "yyyy/MM/dd", "yyyy.MM.dd")
_LENIENT = tuple(one.replace("dd", "d").replace("MM", "M") for one in _STRICT)
DATES = (
    Notation("date"),
    *(Notation("date", format=one) for one in (*_STRICT, *_LENIENT)),
    Notation("date", format="yyyyMMdd"),
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
    """Of each column: how many values are present, lost as each type, like dates; words for missing.

    What costs most is looked for in all rows only where the first ones leave it possible.
    """
    everything = dict.fromkeys(schema, _COSTLY)
    first = _sums(raw.head(_HEAD), schema, marks, everything)
    return _sums(raw, schema, marks, {name: _possible(one) for name, one in first.items()})


_COSTLY = frozenset({"boolean", "dates", "amounts"})


def _possible(first: Mapping[str, Any]) -> frozenset[str]:
    """A boolean loses no value; dates are like dates from the beginning, and amounts are no plain numbers."""
    amounts = first["amounts"] > 0 and first["number."] > 0
    possible = {"boolean": first["boolean"] == 0, "dates": first["dates"] > 0, "amounts": amounts}
    return frozenset(one for one in _COSTLY if possible[one] or not first["present"])


def _sums(
    raw: pl.LazyFrame, schema: Mapping[str, pl.DataType], marks: str, asked: Mapping[str, frozenset[str]]
) -> dict[str, Any]:
    said = raw.select(pl.col(name).cast(pl.String).str.strip_chars() for name in schema)
    # Stage by stage, since Polars computes an expression anew wherever it occurs in one.
    kept = said.with_columns(
        pl.when(~pl.col(name).is_in(_NO_VALUES)).then(name).alias(f"{place} kept")
        for place, name in enumerate(schema)
    )
    sums = [
        _of_text(pl.col(name), pl.col(f"{place} kept"), dtype, marks, asked[name]).alias(name)
        for place, (name, dtype) in enumerate(schema.items())
    ]
    return {name: one | _words(one["absent"]) for name, one in _one_row(kept, sums).items()}


_NO_VALUES = ["", *MISSING_WORDS, *NOT_A_NUMBER]


def _words(absent: Sequence[str]) -> dict[str, Any]:
    return {
        "nan": any(one in NOT_A_NUMBER for one in absent),
        "words": [one for one in absent if one in MISSING_WORDS],
    }


def _of_text(text: pl.Expr, kept: pl.Expr, dtype: pl.DataType, marks: str, asked: frozenset[str]) -> pl.Expr:
    kinds = {f"{kind}{mark}": Notation(kind, mark) for kind in _AMOUNTS for mark in marks}
    lost_as = {kind: lost(kept, cast(kept, pl.String(), one)) for kind, one in kinds.items()}
    costly = {
        "boolean": lost(kept, cast(kept, pl.String(), Notation("boolean"))),
        "dates": kept.str.contains(DATED).sum() if is_text(dtype) or dtype.is_integer() else pl.lit(0),
        "amounts": _amounts(kept) if is_text(dtype) else pl.lit(0),
    }
    unasked = {"boolean": pl.lit(1), "dates": pl.lit(0), "amounts": pl.lit(0)}
    asked_for = {name: one if name in asked else unasked[name] for name, one in costly.items()}
    return pl.struct(
        kept.count().alias("present"),
        (kept.str.contains(CODE).any() if is_text(dtype) else pl.lit(False)).alias("code"),
        text.filter(kept.is_null()).unique().drop_nulls().implode().alias("absent"),
        *(one.alias(name) for name, one in (lost_as | asked_for).items()),
    )


def _amounts(kept: pl.Expr) -> pl.Expr:
    """How many values are amounts; none where their units are too many."""
    units = kept.str.extract(AMOUNTS).str.strip_chars()
    return pl.when(units.drop_nulls().n_unique() <= MOST_UNITS).then(units.count()).otherwise(0)


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
