"""`irmflow versions`: the published versions of the data."""

from pathlib import Path

from rich import box
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from flows import console, workspace
from irm_core.contracts.read import read_name
from irm_core.data.catalogue import Entry, entries

NUMBERS = ("rows", "quarantined", "environments", "size")


def show(contract: Path | None) -> None:
    """A table of the versions of the contract's data set, or of all."""
    dataset = read_name(contract) if contract else None
    published = known(dataset)
    if not published:
        of = f" of {dataset}" if dataset else ""
        console.out.print(f"No version{escape(of)} is published in {workspace.DATA}.")
        return
    table = Table(box=box.SIMPLE_HEAD)
    in_lake = any(one.in_table for one in published)
    for text in ("dataset", "split", "version", *NUMBERS, "created", *(["Delta"] if in_lake else [])):
        table.add_column(text, justify="right" if text in NUMBERS else "left")
    for one in published:
        table.add_row(*map(escape, _cells(one)), *([_in_lake(one)] if in_lake else []))
    console.out.print(table)


def known(dataset: str | None) -> list[Entry]:
    """The versions of this data set, or of all. Those that are damaged are named on the terminal."""
    found, damaged = entries(workspace.DATA)
    for one in damaged:
        console.err.print(f"[bold yellow]Damaged[/] {escape(str(one))}", highlight=False, soft_wrap=True)
    return [one for one in found if dataset in (None, one.version.dataset)]


def _in_lake(one: Entry) -> str:
    return f"{one.in_table.version}" if one.in_table else ""


def _cells(one: Entry) -> tuple[str, ...]:
    version = one.version
    return (
        version.dataset,
        version.split,
        version.id,
        f"{version.rows.good:,}",
        f"{version.rows.quarantined:,}",
        f"{len(version.environments)}",
        decimal(one.size),
        f"{one.created.astimezone():%Y-%m-%d %H:%M}",
    )
