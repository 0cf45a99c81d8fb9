"""Patterns of names of objects, with the meaning that they have for local files."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

MAGIC = re.compile(r"[*?[]")


def fixed(pattern: str) -> str:
    """The folders of a pattern above its first wildcard: all that match are below."""
    magic = MAGIC.search(pattern)
    return pattern[: magic.start() if magic else len(pattern)].rpartition("/")[0]


def matches(key: str, pattern: str) -> bool:
    """`*`, `?` and `[…]` stay within a folder, and find no hidden names; `**` is any number of folders."""
    return key == pattern or _matches(key.split("/"), pattern.split("/"))


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern or not parts:
        return not parts and all(one == "**" for one in pattern)
    first, rest = pattern[0], pattern[1:]
    hidden = parts[0].startswith(".") and not first.startswith(".")
    if first == "**":
        return _matches(parts, rest) or (not hidden and _matches(parts[1:], pattern))
    return not hidden and fnmatchcase(parts[0], first) and _matches(parts[1:], rest)
