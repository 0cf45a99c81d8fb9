"""A first contract, before it is written: columns and their roles, task, environments, what to expect."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from flows import workspace
from flows.init.data_source import source, stem, title
from flows.init.environments import Environments, split_by
from flows.init.roles import Proposed, ignored, named_columns, propose, task_of
from flows.init.survey import contract_of
from irm_core.contracts.contract import Task
from irm_core.data.folds import FEWEST
from irm_core.data.profile import ColumnProfile, Profile, profile
from irm_core.data.spellings import alike, told
from irm_core.data.staging import staging
from irm_core.errors import UsageError

FEWEST_VALUES = 10
"""Values that a feature needs outside the environment that has most of them: that one is left out once."""
FEWEST_EXAMPLES = 5
"""Rows of a class, below which one must doubt that it is one."""
LEAST_ALLOWED = 5  # per cent of the rows


@dataclass(frozen=True)
class Proposal:
    """bad: rows that cannot be good, whatever their environment. guessed_from: what tells the task."""

    name: str
    data: str
    profile: Profile
    columns: tuple[Proposed, ...]
    task: Task
    guessed_from: str
    environments: Environments
    bad: int

    @property
    def label(self) -> Proposed:
        return next(one for one in self.columns if one.role == "label")

    @property
    def split_columns(self) -> tuple[str, ...]:
        return tuple(self.environments.split.attributes())

    @property
    def quarantined(self) -> int:
        """The rows that break the contract."""
        return self.bad + self.environments.homeless

    @property
    def dropped(self) -> int:
        """The rows of small environments, which are quarantined but break nothing."""
        becomes = self.environments.becomes
        return sum(one.rows for one in self.environments.counted if one.name and not becomes[one.name])

    @property
    def doubts(self) -> list[str]:
        """What a person should look at, in sentences: nothing that a run would stop at."""
        names = (one.name for one in self.environments.counted if one.name is not None)
        return [*told(alike(names)), *_rare_classes(self.label.column, self.task)]

    @property
    def allowed(self) -> int:
        """The share of rows that may be quarantined, in per cent: half as much again as there are now."""
        seen = 100 * self.quarantined / max(self.profile.rows, 1)
        return min(100, max(LEAST_ALLOWED, ceil(1.5 * seen)))

    @property
    def obstacles(self) -> list[str]:
        """Why a retraining would have to stop, in sentences."""
        label, sizes = self.label.column, self.environments.sizes
        if label.distinct < 2:
            held = ["no value", "only one value"][label.distinct]
            return [f"The label {label.name!r} has {held}: there is nothing to tell apart."]
        if len(sizes) < FEWEST:
            many = "is only 1 environment" if len(sizes) == 1 else f"are only {len(sizes)} environments"
            return [
                f"There {many} to train on{_named(list(sizes))}, but leaving one out needs {FEWEST}. "
                f"Name other columns with --environment, or add data of more sites."
            ]
        return []


def proposal(data: str, environment: Sequence[str], target: str) -> Proposal:
    """Profile DATA and propose a contract.

    Raises UsageError where there can be none, DataError for files that cannot be read.
    """
    with staging(workspace.HOME / "profiles") as folder:
        return _proposal(data, profile(*source(data), folder), environment, target)


def _proposal(data: str, found: Profile, environment: Sequence[str], target: str) -> Proposal:
    names = named_columns(environment, list(found.columns))
    columns = propose(found, names, target)
    task, guessed_from = task_of(found.columns[target])
    contract = contract_of(found, columns, task, {})
    environments, bad = split_by([found.columns[name] for name in names], contract, found)
    columns = [_usable(one, environments) for one in columns]
    _check_features(columns, names, target)
    return Proposal(title(data), data, found, tuple(columns), task, guessed_from, environments, bad)


def default_output(data: str) -> Path:
    """The contract in the working folder, called after the data."""
    return Path(f"{stem(data)}.odcs.yaml")


def _usable(one: Proposed, environments: Environments) -> Proposed:
    """Without features that have no values once an environment is left out."""
    if one.role != "feature" or len(environments.sizes) < FEWEST:
        return one
    having = environments.having(one.name)
    if sum(having.values()) - max(having.values(), default=0) >= FEWEST_VALUES:
        return one
    where = f"in {next(iter(having))!r} only" if len(having) == 1 else "in too few environments"
    return ignored(one, f"it has values {where}: nothing is left of it when one is left out")


def _check_features(columns: Sequence[Proposed], names: Sequence[str], target: str) -> None:
    if not any(one.role == "feature" for one in columns):
        why = "; ".join(
            f"{one.name}: {one.why}" for one in columns if one.role not in ("label", "environment")
        )
        raise UsageError(
            f"Besides {', '.join(map(repr, names))} and {target!r} no column can be a feature, so there is "
            f"nothing to learn from. {why or 'There is no other column'}."
        )


def _rare_classes(label: ColumnProfile, task: Task) -> Iterator[str]:
    for value, rows in zip(label.values, label.times, strict=True):
        if task == "classification" and rows < FEWEST_EXAMPLES:
            yield (
                f"Only {rows} row{' has' if rows == 1 else 's have'} {value!r} as {label.name!r}: a class "
                f"so small can hardly be learned. If it is an error, take it from data and valid values."
            )


def _named(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""
