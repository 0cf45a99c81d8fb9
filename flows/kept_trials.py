"""Trials that are kept: a file for each candidate, named by all that its trial is a function of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from pydantic import ValidationError, model_validator

from flows.tasks.content import Means, trial_key
from irm_core.data.version import Record, Version
from irm_core.data.writing import want_of_room, whole
from irm_core.errors import IrmflowError
from irm_core.evaluation.records import Trial
from irm_core.training.candidate import Candidate
from irm_core.training.plan import TrainingPlan


class Kept(Record):
    """What a file holds. sha256: of the trial, by which one that was damaged since is told."""

    sha256: str
    trial: Trial

    @model_validator(mode="after")
    def _undamaged(self) -> Self:
        if self.sha256 != _digest(self.trial):
            raise ValueError("the trial is damaged")
        return self


@dataclass(frozen=True)
class KeptTrials:
    """The folder of the files, and what trials depend on beside their candidate.

    anew: whether all are trained, known or not.
    """

    folder: Path
    version: Version
    plan: TrainingPlan
    means: Means
    anew: bool

    def known(self, candidates: Iterable[Candidate]) -> dict[Candidate, Trial]:
        """The trials of those that were trained before, and whose files are whole."""
        found = {} if self.anew else {one: self._read(one) for one in candidates}
        return {one: trial for one, trial in found.items() if trial is not None}

    def keep(self, trials: Sequence[Trial], warn: Callable[[str], None]) -> None:
        """Write each, whole and on the disk. What cannot be kept is lost to the next run, not to this one."""
        failed = [why for one in trials if (why := self._written(one))]
        if failed:
            warn(
                f"{len(failed)} of {len(trials)} trial(s) cannot be kept in {self.folder}: {failed[0]}. "
                "Training goes on, and the next run trains them again."
            )

    def _written(self, trial: Trial) -> str:
        """Why it could not be; else nothing."""
        path = self._path(trial.candidate)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole(path, "The trial") as unfinished:
                unfinished.write_text(Kept(sha256=_digest(trial), trial=trial).model_dump_json())
        except (OSError, IrmflowError) as error:
            reason = error.__cause__ or error
            return want_of_room(reason) or str(reason)
        return ""

    def _read(self, candidate: Candidate) -> Trial | None:
        try:
            kept = Kept.model_validate_json(self._path(candidate).read_bytes())
        except (OSError, ValidationError):
            return None
        return kept.trial.model_copy(update={"candidate": candidate})  # whose plan may say its rate otherwise

    def _path(self, candidate: Candidate) -> Path:
        return self.folder / f"{trial_key(candidate, self.version, self.plan, self.means)}.json"


def _digest(trial: Trial) -> str:
    return sha256(trial.model_dump_json().encode()).hexdigest()
