"""What the terminal shows of a first contract."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.markup import escape
from rich.table import Table

from flows import console
from flows.init.proposal import Proposal
from flows.init.roles import counted
from flows.init.scalars import comment
from flows.init.text import seen, what_becomes
from irm_core.data.csv_dialect import WESTERN

MOST_ENVIRONMENTS, MOST_DOUBTS = 24, 8


def show(made: Proposal, path: Path) -> None:
    """The columns as a table, environments, task, markers, and what to do next."""
    profile = made.profile
    _line("Data", f"{profile.rows:,} rows in {len(profile.files)} file(s){_written(made)}")
    if profile.torn:
        _line("", f"{profile.torn:,} of them have other fields than the header: quarantined")
    console.out.print(_table(("Column", "seen", "role", "why"), map(_cells, _declared(made))))
    for name, why in profile.undeclarable.items():
        _line("Left out", f"{name!r}: {why}")
    _line("Task", f"{made.task}, because {made.guessed_from}")
    lines = what_becomes(made)
    for first, told in zip(["Environments", *[""] * len(lines)], lines[:MOST_ENVIRONMENTS], strict=False):
        _line(first, told)
    if len(lines) > MOST_ENVIRONMENTS:
        _line("", f"and {len(lines) - MOST_ENVIRONMENTS} more")
    if profile.missing_values:
        _line("Missing", f"written as {', '.join(map(repr, profile.missing_values))}, or nothing")
    dropped = f", and {made.dropped:,} of small environments" if made.dropped else ""
    _line(
        "Quarantine",
        f"{counted(made.quarantined, 'row')}{dropped}; up to {made.allowed} % may break the contract",
    )
    for told in made.doubts[:MOST_DOUBTS]:
        _line("Mind", told)
    for told in made.obstacles:
        _line("A run stops", told)
    _line("Written", f"{path}. Next: irmflow check {path}")


def _written(made: Proposal) -> str:
    source = made.profile.source
    if source.format != "csv":
        return ""
    decimal = ", decimal comma" if source.decimal == "," else ""
    encoding = ", taken for windows-1252" if source.encoding == WESTERN else ""
    return f", delimiter {source.delimiter!r}{decimal}{encoding}"


def _declared(made: Proposal) -> Iterable[tuple[str, str, str, str]]:
    for one in made.columns:
        said = [one.why if one.role not in ("label", "environment") else ""]
        if one.column.otherwise:
            said.append(
                f"day and month may be swapped ({one.column.notation.format} or {one.column.otherwise})"
            )
        yield one.name, seen(one), one.role, "; ".join(filter(None, said))


def _cells(told: Sequence[str]) -> list[str]:
    return [escape(comment(one)) for one in told]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(*header, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*row)
    return table


def _line(name: str, told: str) -> None:
    console.out.print(f"[bold]{name}[/]{'':{14 - len(name)}}{escape(comment(told))}", highlight=False)
