"""`irmflow versions` and `irmflow prune`: the published versions, and the removal of old ones."""

from pathlib import Path

from rich import box
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from flows import console, workspace
from irm_core.contracts.read import read
from irm_core.data.catalogue import Entry, entries, outdated, remove
from irm_core.data.lake import prune as lake

NUMBERS = ("rows", "quarantined", "environments", "size")


def show(contract: Path | None) -> None:
    """A table of the versions of the contract's data set, or of all."""
    dataset = read(contract).name if contract else None
    known = _known(dataset)
    if not known:
        of = f" of {dataset}" if dataset else ""
        console.out.print(f"No version{escape(of)} is published in {workspace.DATA}.")
        return
    table = Table(box=box.SIMPLE_HEAD)
    in_lake = any(one.in_table for one in known)
    for text in ("dataset", "split", "version", *NUMBERS, "created", *(["Delta"] if in_lake else [])):
        table.add_column(text, justify="right" if text in NUMBERS else "left")
    for one in known:
        table.add_row(*map(escape, _cells(one)), *([_in_lake(one)] if in_lake else []))
    console.out.print(table)


def prune(keep: int, dataset: str | None) -> None:
    """Remove the oldest versions beyond `keep` of each data set and split, and say which.

    Versions that a registered model names stay, however old, and those whose Delta table is still read.
    """
    from flows.tracking.away import needed  # MLflow takes seconds
    from flows.tracking.used_versions import used_versions

    with needed("Nothing was removed: only MLflow knows which versions models were trained on."):
        in_use = used_versions()
    old = outdated(_known(dataset), keep)
    for one in old:
        told, why = "Kept", _needed(one, in_use)
        if why is None:
            remove(one)
            told, why = "Removed", decimal(one.size)
        console.out.print(f"{told} {escape(str(one.path))} ({why})", highlight=False, soft_wrap=True)
    if not old:
        console.out.print(f"Nothing to remove: no data set has more than {keep} version(s) of a split.")


def _needed(one: Entry, in_use: set[str]) -> str | None:
    """Why a version stays; None where it goes."""
    if one.version.id in in_use:
        return "a registered model was trained on it"
    return lake.needed(one.in_table) if one.in_table else None


def _known(dataset: str | None) -> list[Entry]:
    known, damaged = entries(workspace.DATA)
    for one in damaged:
        console.err.print(f"[bold yellow]Damaged[/] {escape(str(one))}", highlight=False, soft_wrap=True)
    return [one for one in known if dataset in (None, one.version.dataset)]


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
