"""The command: find, remove, tell. Killed half-way, the next call does the rest."""

from collections.abc import Sequence

from rich.filesize import decimal

from flows import console
from flows.alive import at_work, none_begins
from flows.pruning import files, flow_runs, tracked
from flows.pruning.databases import compact, databases
from flows.pruning.removal import Removal
from flows.pruning.show import show
from flows.tracking.away import needed
from flows.tracking.survey import survey

UNKNOWN = "Nothing was removed: only MLflow knows which versions models were trained on."


def prune(keep: int, dataset: str | None, dry: bool) -> None:
    """Remove what retrainings left, beyond the newest `keep` of each kind, data set and split.

    What a registered model that stays came from is never removed, nor what a retraining at work uses.
    dry: only say what would go. Raises AwayError, before anything is removed, where MLflow is away.
    """
    with none_begins():
        working = set(at_work())
    known = flow_runs.flow_runs()
    working |= flow_runs.unended(known)
    with needed(UNKNOWN):
        found = survey(keep, working)
        removed = _done(list(tracked.removals(found, dataset)), dry)
    removed += _done(list(flow_runs.removals(known, keep, dataset, found.staying | working)), dry)
    with none_begins(), needed("The versions of the data stay for now."):
        removed += _done(files.removals(keep, dataset, survey(keep, working).versions, at_work()), dry)
    show(removed, dry)
    if not dry:
        flow_runs.await_logs(removed)
        _compact()
        if any(one.kind == tracked.MARKED for one in removed):
            console.out.print(tracked.ONLY_MARKED, soft_wrap=True)


def _done(removals: Sequence[Removal], dry: bool) -> list[Removal]:
    if not dry:
        with console.err.status(f"Removing {len(removals):,} …"):
            for one in removals:
                one.remove()
    return list(removals)


def _compact() -> None:
    for file in databases():
        before = file.stat().st_size
        if not compact(file):
            told = "is in use all the time: what is free in it is filled again"
        elif (now := file.stat().st_size) < before:
            told = f"{decimal(before)} before, {decimal(now)} now"
        else:
            continue
        console.out.print(f"{file}: {told}", highlight=False, soft_wrap=True)
