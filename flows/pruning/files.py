"""What retrainings left in the workspace: data versions, what was trained on them, refused rows, objects."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from shutil import rmtree

from rich.markup import escape

from flows import console
from flows.checkpoints import folders_on
from flows.pruning.landed import gone_objects
from flows.pruning.removal import Removal, size
from flows.tasks.content import trials_of
from flows.versions import known
from flows.workspace import DATA, RESULTS
from irm_core.data.catalogue import Entry, outdated, remove
from irm_core.data.lake import prune as lake
from irm_core.data.slugs import slug


def removals(keep: int, dataset: str | None, in_use: set[str], at_work: Mapping[str, str]) -> list[Removal]:
    """What is beyond the newest `keep`, and of which no model that stays and no retraining at work knows.

    While a retraining at work has not yet said which version it uses, any may be that one: all stay.
    """
    if "" in at_work.values():
        console.err.print(
            "[yellow]![/] A retraining is preparing its data: all versions of data stay for now."
        )
        return []
    published = known(dataset)
    gone = list(_versions(published, keep, in_use | set(at_work.values())))
    return [*gone, *_refused_rows(keep, dataset), *gone_objects(published if dataset is None else [])]


def _versions(published: list[Entry], keep: int, in_use: set[str]) -> Iterator[Removal]:
    for one in outdated(published, keep):
        if why := _needed(one, in_use):
            console.out.print(f"Kept {escape(str(one.path))} ({why})", highlight=False, soft_wrap=True)
        else:
            project = f"{one.version.dataset}-{one.version.split}"
            bytes_ = one.size + size([*trials(one.version.id), *folders_on(one.version.id)])
            yield Removal("data versions", project, one.version.id, bytes_, partial(_remove, one))


def _needed(one: Entry, in_use: set[str]) -> str | None:
    """Why a version stays; None where it goes."""
    if one.version.id in in_use:
        return "a registered model or a retraining that stays was trained on it"
    return lake.needed(one.in_table) if one.in_table else None


def trials(version: str) -> list[Path]:
    """The files of results of training on this version."""
    return sorted(RESULTS.glob(f"{trials_of(version)}*"))


def _remove(one: Entry) -> None:
    """Its trials and checkpoints first, or nobody would know whose they are."""
    for file in trials(one.version.id):
        file.unlink(missing_ok=True)
    for folder in folders_on(one.version.id):
        rmtree(folder, ignore_errors=True)
    remove(one)


def _refused_rows(keep: int, dataset: str | None) -> Iterator[Removal]:
    """Rows of data sets that were refused as a whole."""
    for folder in sorted(DATA.glob(f"{slug(dataset) if dataset else '*'}/rejected")):
        files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[keep:]:
            gone = partial(file.unlink, missing_ok=True)
            yield Removal("refused rows", folder.parent.name, file.name, size([file]), gone)
