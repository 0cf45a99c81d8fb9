"""The work that a retraining consists of, in pieces that any process can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.folds import Folds
from irm_core.evaluation.group import call_together
from irm_core.evaluation.records import Trial
from irm_core.evaluation.stack import Stack, Together, division
from irm_core.evaluation.trial import run_stack
from irm_core.predictor import Predictor
from irm_core.training.candidate import Candidate
from irm_core.training.out_of_memory import OutOfMemoryError, is_out_of_memory, release
from irm_core.training.plan import TrainingPlan


@dataclass(frozen=True)
class Work:
    """What all stacks have in common. Of one id there is one only.

    source: gives the rows, wherever it is called. processes: how many train one model together.
    """

    id: str
    version: Version = field(compare=False)
    schema: ModelSchema = field(compare=False)
    plan: TrainingPlan = field(compare=False)
    source: Callable[[], Rows] = field(compare=False)
    processes: int = field(default=1, compare=False)


def divide(work: Work, candidates: Sequence[Candidate]) -> list[Together]:
    """The candidates of one fold in stacks that this process's device holds."""
    return division(candidates, _folds(work))


def train(work: Work, candidates: Sequence[Candidate], checkpoint: Path | None = None) -> list[Trial]:
    """Train one stack, and measure it. OutOfMemoryError, with nothing left behind, if it is too large.

    checkpoint: a file from which it goes on where it was cut off; for what one process trains.
    """
    trials: list[Trial] = _together(work, partial(_trials, checkpoint=checkpoint), candidates)
    return trials


def fit(work: Work, candidates: Sequence[Candidate]) -> list[tuple[Trial, Predictor]]:
    """The same, with the predictors."""
    fitted: list[tuple[Trial, Predictor]] = _together(work, _fitted, candidates)
    return fitted


def _together(work: Work, function: Callable[..., Any], candidates: Sequence[Candidate]) -> Any:
    """What it gives where as many processes as are to train one model call it."""
    if work.processes == 1:
        return function(work, candidates)
    return call_together(work.processes, function, work, candidates)


def _trials(work: Work, candidates: Sequence[Candidate], checkpoint: Path | None) -> list[Trial]:
    return [trial for trial, _ in _fitted(work, candidates, checkpoint)]


def _fitted(
    work: Work, candidates: Sequence[Candidate], checkpoint: Path | None = None
) -> list[tuple[Trial, Predictor]]:
    try:
        return run_stack(Stack.of(candidates, _folds(work)), work.plan, checkpoint)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        said = str(error)
    finally:
        release()  # models refer to themselves in circles: they would stay until Python happens to look
    raise OutOfMemoryError(said)


def forget() -> None:
    """Let go of the rows and folds of the last work."""
    _folds.cache_clear()
    release()


@lru_cache(maxsize=1)
def _folds(work: Work) -> Folds:
    return Folds(work.source(), work.version, work.schema, work.plan)
