"""Records of a CSV file: one line each, except where a quoted field holds line breaks.

RFC 4180, leniently: a quotation mark inside an unquoted field is a character like any other, so that one
stray mark (`5" pipe`) spoils at most its own line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

QUOTE = '"'
MOST_LINES = 1000
"""A quoted field that is still open after so many lines was never meant to be one."""


def pattern(delimiter: str) -> str:
    """Regular expression of one field and the delimiter before it."""
    mark = re.escape(delimiter)
    return rf'{mark}(?:"(?:[^"]|"")*"|[^"{mark}\n][^{mark}\n]*|)'


def odd(line: pl.Expr) -> pl.Expr:
    """True where a line has an odd number of quotation marks: one opens, closes, or is a stray."""
    return line.str.count_matches(QUOTE, literal=True) % 2 == 1


@dataclass(frozen=True)
class Joined:
    """Records of several lines: text by number of the first line, and the numbers of the other lines."""

    texts: dict[int, str]
    others: frozenset[int]


def join(lines: Iterable[tuple[int, str]], delimiter: str, width: int) -> Joined:
    """Find the records that span several of the numbered lines.

    A record is accepted only if it has exactly `width` fields. Otherwise its lines stand alone.
    """
    field = re.compile(pattern(delimiter))
    texts: dict[int, str] = {}
    others: set[int] = set()
    pending: list[tuple[int, str]] = []
    for line in lines:
        odd_line = line[1].count(QUOTE) % 2 == 1
        if not pending:
            pending = [line] if odd_line else []
            continue
        pending.append(line)
        if odd_line and _whole(text := "\n".join(part for _, part in pending), field, delimiter, width):
            texts[pending[0][0]] = text
            others.update(number for number, _ in pending[1:])
            pending = []
        elif odd_line:
            pending = [line]
        elif len(pending) == MOST_LINES:
            pending = []
    return Joined(texts, frozenset(others))


def _whole(text: str, field: re.Pattern[str], delimiter: str, width: int) -> bool:
    fields = field.findall(delimiter + text)
    return len(fields) == width and sum(map(len, fields)) == len(text) + 1
