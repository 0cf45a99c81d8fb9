"""Missing-value markers: words like `NA`, and numbers like -9, that stand where a value is missing."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from irm_core.contracts.notation import Notation

MISSING_WORDS = (
    "?", "NA", "N/A", "n/a", "NULL", "Null", "null", "None", "#N/A", "missing", "-", "--", ".",
)  # fmt: skip
"""What programs and people write for a missing value."""
CERTAIN = ("?", "N/A", "n/a", "NULL", "null", "#N/A")
"""Those that mean it in a column of text too."""
SIGNS = ("-", "--", ".")
"""Those that no column of text may have: there they may be a value like any other."""
SENTINELS = (-9, -99, -999, -9999, 999, 9999, 99999)
"""Numbers that people write for a missing one."""


def words_in(found: Mapping[str, tuple[Notation, Sequence[str]]]) -> tuple[str, ...]:
    """The words that are markers. found: the notation of each column, and which words are in it."""
    in_typed = {word for one, words in found.values() if one.logical_type != "string" for word in words}
    in_text = {word for one, words in found.values() if one.logical_type == "string" for word in words}
    markers = (in_typed - (in_text & set(SIGNS))) | (in_text & set(CERTAIN))
    return tuple(word for word in MISSING_WORDS if word in markers)


def sentinel_evidence(typed: pl.Expr) -> pl.Expr:
    """How often each sentinel is in a column of floats, and the least and greatest of all other values."""
    others = typed.filter(~typed.is_in([float(one) for one in SENTINELS]))
    return pl.struct(
        pl.concat_list((typed == one).sum() for one in SENTINELS).alias("times"),
        others.min().alias("low"),
        others.max().alias("high"),
    )


def sentinels_in(
    found: Mapping[str, Mapping[str, Any]], texts: Mapping[str, Sequence[int]]
) -> tuple[float, ...]:
    """The numbers that are markers: wherever they are they lie apart, and they are in some column twice.

    found: what `sentinel_evidence` says of each column of numbers. texts: how often each is in each column of
    text, where it would be a value.
    """

    def is_marker(place: int, sentinel: int) -> bool:
        having = [one for one in found.values() if one["times"][place]]
        apart = all(_apart(sentinel, one["low"], one["high"]) for one in having)
        twice = any(one["times"][place] > 1 for one in having)
        return twice and apart and not any(counts[place] for counts in texts.values())

    return tuple(float(one) for place, one in enumerate(SENTINELS) if is_marker(place, one))


def _apart(sentinel: int, low: float | None, high: float | None) -> bool:
    """Below all others, none of which is negative; or further above them than they are from each other."""
    if low is None or high is None:
        return False
    return low >= 0 if sentinel < 0 else sentinel - high > max(high - low, 1.0)
