"""Names that differ only in case, or in blanks around them: written by hand, they often mean the same."""

from collections.abc import Iterable


def alike(names: Iterable[str]) -> list[tuple[str, ...]]:
    """The names of which several mean the same, if nobody looks at case and blanks.

    >>> alike(["north", "South", "NORTH ", "south", "east"])
    [('NORTH ', 'north'), ('South', 'south')]
    """
    groups: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        groups.setdefault(" ".join(name.casefold().split()), []).append(name)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def told(groups: Iterable[tuple[str, ...]]) -> list[str]:
    """A sentence for each of these groups of environments."""
    return [
        f"The environments {', '.join(map(repr, group))} differ only in case or blanks: to this contract "
        f"they are different. If they are one, write them alike in the data."
        for group in groups
    ]
