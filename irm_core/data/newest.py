"""What is beyond the newest of its kind, and so may go."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def beyond_newest(things: Iterable[Thing], keep: int, kind: Callable[[Thing], Hashable]) -> list[Thing]:
    """All but the first `keep` of each kind, of things that come the newest first; in their order."""
    seen: Counter[Hashable] = Counter()
    found = []
    for one in things:
        seen[kind(one)] += 1
        if seen[kind(one)] > keep:
            found.append(one)
    return found
