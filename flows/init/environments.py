"""The split of a first contract: its kind, and what becomes of small environments and of rows without one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from flows.init.survey import Counted, Survey, survey
from irm_core.contracts.contract import Contract
from irm_core.contracts.splits import ColumnSplit, QuantilesSplit, Split, WindowSplit
from irm_core.contracts.splits.split import MISSING, POOLED
from irm_core.data.folds import FEWEST
from irm_core.data.profile import MOST_VALUES, ColumnProfile, Profile
from irm_core.errors import DataError

ENOUGH_ROWS, FEWEST_ROWS = 30, 5
WINDOWS = {"1y": 12, "1q": 3, "1mo": 1}  # months


@dataclass(frozen=True)
class Environments:
    """The split, with its policies, and what it makes of the data.

    becomes: for each environment of the data, None for rows without one: its name, or that of the environment
    it goes into, or None where its rows go to quarantine.
    """

    split: Split
    counted: tuple[Counted, ...]
    becomes: dict[str | None, str | None]

    @property
    def sizes(self) -> dict[str, int]:
        """The rows of each environment that will be."""
        found: dict[str, int] = {}
        for one in self.counted:
            if (name := self.becomes[one.name]) is not None:
                found[name] = found.get(name, 0) + one.rows
        return found

    @property
    def homeless(self) -> int:
        """How many rows will be quarantined because they have no environment."""
        return sum(one.rows for one in self.counted if one.name is None and self.becomes[None] is None)

    def having(self, column: str) -> dict[str, int]:
        """How many rows of each environment that will be have a value in the column."""
        found: dict[str, int] = {}
        for one in self.counted:
            name = self.becomes[one.name]
            if name is not None and one.values[column]:
                found[name] = found.get(name, 0) + one.values[column]
        return found


def split_by(
    columns: Sequence[ColumnProfile], contract: Contract, profile: Profile
) -> tuple[Environments, int]:
    """The environments that the columns make, and the number of bad rows."""
    for split in _kinds(columns):
        try:
            found = survey(contract, profile, split)
        except DataError:
            continue  # so many values are equal: fewer parts are tried, at last each value by itself
        return _with_policies(split, found, contract.task == "classification"), found.bad
    raise AssertionError("a column's values can always be environments")


def _kinds(columns: Sequence[ColumnProfile]) -> Iterator[Split]:
    """The ways to split, the best first; the last one is always possible."""
    one = columns[0]
    if len(columns) == 1 and one.logical_type in ("date", "timestamp") and one.low is not None:
        yield WindowSplit(column=one.name, every=_every(one.low, one.high))
    if len(columns) == 1 and one.logical_type in ("integer", "number") and one.distinct > MOST_VALUES:
        yield from (QuantilesSplit(column=one.name, quantiles=parts) for parts in (4, 3))
    yield ColumnSplit(columns=tuple(one.name for one in columns))


def _every(low: date, high: date) -> Any:
    """The widest window of which there are three at least."""
    for every, months in WINDOWS.items():
        first, last = ((one.year * 12 + one.month - 1) // months for one in (low, high))
        if last - first + 1 >= FEWEST:
            return every
    return "1w"


def _with_policies(bare: Split, found: Survey, classification: bool) -> Environments:
    named = [one for one in found.environments if one.name is not None]
    min_rows = min(ENOUGH_ROWS, max(FEWEST_ROWS, int(median(one.rows for one in named)) // 2 if named else 0))

    def is_small(rows: int, classes: frozenset[Any]) -> bool:
        return rows < min_rows or (classification and len(classes) < 2)

    taken = {one.name for one in named}
    without = next((one for one in found.environments if one.name is None), None)
    own = without is not None and MISSING not in taken and not is_small(without.rows, without.classes)
    small = [one for one in named if is_small(one.rows, one.classes)]
    together = frozenset[Any]().union(*(one.classes for one in small))
    pool = len(small) > 1 and POOLED not in taken and not is_small(sum(one.rows for one in small), together)
    becomes = {one.name: one.name for one in named}
    becomes |= {one.name: POOLED if pool else None for one in small}
    becomes[None] = MISSING if own else None
    policies = {
        "min_rows": min_rows,
        "small": "pool" if pool else "drop",
        "missing": "own" if own else "quarantine",
    }
    return Environments(bare.model_copy(update=policies), found.environments, becomes)
