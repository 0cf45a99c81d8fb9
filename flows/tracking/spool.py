"""The spool: records wait in files of the workspace while MLflow is away.

A file leaves it only once its run is finished in MLflow, and no run is logged twice.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from flows import console
from flows.tracking.away import ERRORS, is_away, said
from flows.tracking.record import Ending, RunRecord
from flows.workspace import SPOOL
from irm_core.data.lock import acquire

ENTRY: TypeAdapter[RunRecord | Ending] = TypeAdapter(RunRecord | Ending)
PAUSE = 60.0  # seconds without a further try
SHARE = 10  # a try that took long is paid for: waiting takes at most a tenth of a training


def deliver(record: RunRecord) -> None:
    """Log the run now or, where MLflow is away, keep it; for a while after that, keep it without a try."""
    marker = _marker(record.retraining)
    if marker.exists() and time.time() < marker.stat().st_mtime:
        keep(record)
        return
    started = time.time()
    try:
        record.send()
    except ERRORS as error:
        if not is_away(error):
            raise
        if not waiting(record.retraining):
            _say(error, record.store)
        keep(record)
        marker.touch()
        until = time.time() + max(PAUSE, SHARE * (time.time() - started))
        os.utime(marker, (until, until))


def keep(entry: RunRecord | Ending) -> None:
    """Write the record to the spool: whole, and on the disk, or not at all."""
    SPOOL.mkdir(parents=True, exist_ok=True)
    target = SPOOL / f"{entry.key}.json"
    unfinished = target.with_suffix(".unfinished")
    with unfinished.open("w") as file:
        file.write(entry.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)


def waiting(retraining: str = "") -> list[Path]:
    """The files of this retraining, or of all."""
    return sorted(SPOOL.glob(f"{retraining}*.json"))


class Replay(NamedTuple):
    """sent: how many records. refused: file -> why MLflow did not want it. away: store -> why."""

    sent: int
    refused: dict[Path, Exception]
    away: dict[str, Exception]


def replay(retraining: str = "") -> Replay:
    """Send what waits. Nothing is done where another process is doing it."""
    done = Replay(0, {}, {})
    with _alone() as alone:
        for file in waiting(retraining) if alone else ():
            done = _send(file, done)
    if not done.away:
        for marker in SPOOL.glob(f"{retraining}*.tried"):
            marker.unlink(missing_ok=True)
    return done


def _send(file: Path, done: Replay) -> Replay:
    try:
        entry = ENTRY.validate_json(file.read_bytes())
        if entry.store in done.away:
            return done
        entry.send_once()
    except (*ERRORS, ValidationError) as error:
        if is_away(error):
            return done._replace(away=done.away | {entry.store: error})
        return done._replace(refused=done.refused | {file: error})
    file.unlink()
    return done._replace(sent=done.sent + 1)


def _marker(retraining: str) -> Path:
    return SPOOL / f"{retraining}.tried"


@contextmanager
def _alone() -> Iterator[bool]:
    """False where another process is replaying."""
    SPOOL.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(SPOOL / "lock", os.O_CREAT | os.O_RDWR)
    try:
        yield acquire(descriptor)
    finally:
        os.close(descriptor)


def _say(error: Exception, store: str) -> None:
    console.err.print(
        f"[yellow]![/] {said(error, store)}. Training goes on; runs wait in {SPOOL}.",
        highlight=False,
        soft_wrap=True,
    )
