"""Slugs: names that are safe in paths, URLs and metric names, and still readable."""

import re
import unicodedata
from collections.abc import Sequence

LONGEST = 80
MOST_BYTES = 240
"""File systems take names of 255 bytes; a letter of a rare script has four, and slugs may get a number."""


def slug(name: str) -> str:
    """`name` with everything but letters, digits, `_`, `-` and `.` turned into single dashes.

    >>> slug("Europe & Central Asia")
    'Europe-Central-Asia'
    """
    kept = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", name))
    single = re.sub(r"\.{2,}", ".", re.sub(r"-{2,}", "-", kept))
    return _short(single.strip("-.")) or "unnamed"


def _short(text: str) -> str:
    return text[:LONGEST].encode()[:MOST_BYTES].decode(errors="ignore")


def slugs(names: Sequence[str]) -> dict[str, str]:
    """A slug for each name, no two alike, not even where upper and lower case are the same."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for name in names:
        base = candidate = slug(name)
        number = 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{base}-{number}"
        taken.add(candidate.casefold())
        found[name] = candidate
    return found
