"""What each column is for, told by its values and its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from irm_core.contracts.contract import Role, Task
from irm_core.data.profile import ColumnProfile, Profile
from irm_core.errors import UsageError

MOST_CATEGORIES = 100
"""Text of more different values makes a poor feature: too many columns, too few rows each."""
FREE_TEXT = 5  # words, the mean from which texts are taken for sentences
UNREAD = {
    "dates": "dates in a format that is not read: write them like 2024-12-31",
    "amounts": "numbers with units or marks between thousands, which are not read: write them like 1234.5",
}
MOST_CLASSES = 10
"""Whole numbers that differ more are taken for amounts."""
_OWNERS = "case|record|patient|account|subject|customer|person|user"
NUMBERED = re.compile(
    rf"(?i)(^|[_\W])(id|uuid|guid|mrn|ssn|index|key|nr|no|num|number|row|{_OWNERS})$|({_OWNERS})_?(id|key|nr|no|num|number)$"
    r"|(?-i:[a-z](I[dD]|Key|N[ro]|Num|Number)$)"
)
"""Names of what only numbers the rows, if it is different in all of them."""
IDENTITY = re.compile(r"(?i)(^|[_\W])(id|uuid|guid|mrn|ssn)$|(?-i:[a-z]I[dD]$)")
"""Names of what says who a row is about, if it has many values."""


@dataclass(frozen=True)
class Proposed:
    """A column, its role, and why it has it, where that must be said."""

    column: ColumnProfile
    role: Role
    why: str = ""

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def complete(self) -> bool:
        """Whether every row has a value that could be read."""
        return self.column.missing == self.column.unreadable == 0


def named_columns(said: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The columns of `--environment`: each may be a column, or several with commas between."""
    parts = ([one] if one in known else one.split(",") for one in said)
    return tuple(dict.fromkeys(name.strip() if name not in known else name for one in parts for name in one))


def propose(profile: Profile, environment: Sequence[str], target: str) -> list[Proposed]:
    """One proposal per column, in their order. UsageError where the named ones cannot play their roles."""
    for name in environment:
        _check_named("--environment", name, profile)
    _check_named("--target", target, profile)
    if target in environment:
        raise UsageError(
            f"{target!r} cannot both be predicted (--target) and separate the environments (--environment)."
        )
    _check_label(profile.columns[target])
    found = [_proposed(one, environment, target, profile.rows) for one in profile.columns.values()]
    times = [one for one in found if one.role == "time"]
    return [ignored(one, "another date is the time") if one in times[1:] else one for one in found]


def ignored(one: Proposed, why: str) -> Proposed:
    """The same column, which is now read by nothing."""
    return replace(one, role="ignore", why=why)


def task_of(label: ColumnProfile) -> tuple[Task, str]:
    """What is to be learned of the label, and from what that is guessed."""
    if label.logical_type == "number":
        return "regression", "the label holds numbers with fractions"
    if label.logical_type != "integer":
        like = f", which look like {UNREAD[label.like]}" if label.like else ""
        return "classification", f"the label holds {counted(label.distinct, 'class', 'es')}{like}"
    different = counted(label.distinct, "different whole number")
    if label.distinct <= MOST_CLASSES:
        return "classification", f"the label holds only {different}"
    return "regression", f"the label holds {different}"


def counted(number: int, what: str, plural: str = "s") -> str:
    """`1 class`, `2 classes`."""
    return f"{number:,} {what}{'' if number == 1 else plural}"


def _check_label(label: ColumnProfile) -> None:
    if label.logical_type in ("date", "timestamp"):
        raise UsageError(f"--target {label.name}: a {label.logical_type} cannot be predicted.")
    if label.logical_type == "string" and label.distinct > MOST_CATEGORIES:
        told = f" They look like {UNREAD[label.like]}." if label.like else ""
        raise UsageError(f"--target {label.name}: {label.distinct:,} different texts are no classes.{told}")


def _check_named(option: str, name: str, profile: Profile) -> None:
    if name in profile.undeclarable:
        raise UsageError(f"{option} {name}: {profile.undeclarable[name]}")
    if name not in profile.columns:
        similar = get_close_matches(name, profile.columns, n=1)
        meant = f" Is it {similar[0]!r}?" if similar else ""
        alone = " The first line must name the columns." if len(profile.columns) < 2 else ""
        raise UsageError(
            f"{option} {name}: there is no such column.{meant} "
            f"There are: {', '.join(profile.columns)}.{alone}{_in_names(option, name, profile.files)}"
        )


def _in_names(option: str, name: str, files: Sequence[Path]) -> str:
    """What to do where the environment is perhaps told by the names of files."""
    if option != "--environment" or len(files) < 2:
        return ""
    one = files[0]
    home = one.parent / f"{name}={one.name.split('.')[0]}" / one.name
    named = ", ".join([*(file.name for file in files[:3]), *["…"] * (len(files) > 3)])
    return (
        f" If the names of the files say it ({named}), let a folder name the column: move {one} to {home}, "
        f"and the others likewise; or add the column to each."
    )


def _proposed(one: ColumnProfile, environment: Sequence[str], target: str, rows: int) -> Proposed:
    if one.name == target:
        return Proposed(one, "label", "--target")
    if one.name in environment:
        return Proposed(one, "environment", "--environment")
    if one.distinct == 0:
        return Proposed(one, "ignore", "it holds no value")
    if one.distinct == 1:
        return Proposed(one, "ignore", "constant: it has the same value in every row")
    if one.logical_type in ("date", "timestamp"):
        return Proposed(one, "time", "dates are no features")
    return _by_values(one, rows)


def _by_values(one: ColumnProfile, rows: int) -> Proposed:
    if one.like and not (one.like == "amounts" and one.distinct <= MOST_CLASSES):
        return Proposed(one, "ignore", UNREAD[one.like])
    if one.logical_type == "string" and one.distinct > MOST_CATEGORIES and one.words >= FREE_TEXT:
        return Proposed(one, "ignore", f"free text, of {one.words:.0f} words in the mean")
    if why := _identifies(one, rows):
        return Proposed(one, "identifier", why)
    if one.logical_type == "string" and one.distinct > MOST_CATEGORIES:
        return Proposed(one, "ignore", f"{one.distinct:,} different texts are too many for a category")
    return Proposed(one, "feature")


def _identifies(one: ColumnProfile, rows: int) -> str:
    """Why the column only tells rows, or what they are about, from each other; "" where it does not."""
    if one.logical_type not in ("string", "integer"):
        return ""
    numbers = one.logical_type == "integer" and bool(NUMBERED.search(one.name))
    if numbers and one.distinct == rows - one.missing - one.unreadable:
        return "it is called so, and each row has another value"
    if one.distinct == rows and (one.logical_type == "string" or _counts(one, rows)):
        return "each row has another value"
    if one.distinct > MOST_CATEGORIES and IDENTITY.search(one.name):
        return "it is called so, and has many values"
    return ""


def _counts(one: ColumnProfile, rows: int) -> bool:
    """Whether whole numbers, all different, only number the rows."""
    return bool(one.high - one.low == rows - 1)
