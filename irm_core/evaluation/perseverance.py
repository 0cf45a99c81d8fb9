"""Training in spite of processes that die, and of too little memory."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from irm_core.evaluation.configuration import name
from irm_core.evaluation.process import DiedError
from irm_core.training.candidate import Candidate
from irm_core.training.out_of_memory import OutOfMemoryError

Trained = TypeVar("Trained")
Train = Callable[[Sequence[Candidate]], list[Trained]]


def persistently(
    train: Train[Trained], candidates: Sequence[Candidate], tell: Callable[[str], object]
) -> list[Trained]:
    """Train candidates of one fold together; in halves where they are too many for the memory.

    Whose process dies is tried once more, since anything may have killed it; after that, it was the memory.
    Raises OutOfMemoryError that names a candidate which needs more than there is, even alone.
    """
    try:
        return _twice(train, candidates, tell)
    except OutOfMemoryError as error:
        if len(candidates) == 1:
            raise OutOfMemoryError(_alone(candidates[0], error)) from None
        tell(f"{_said(candidates)} need more memory than there is ({error}): they are trained in halves.")
    half = len(candidates) // 2
    parts = candidates[:half], candidates[half:]
    return [one for part in parts for one in persistently(train, part, tell)]


def _twice(
    train: Train[Trained], candidates: Sequence[Candidate], tell: Callable[[str], object]
) -> list[Trained]:
    try:
        return train(candidates)
    except DiedError as error:
        tell(f"The process of {_said(candidates)} {error}: they are trained again.")
    try:
        return train(candidates)
    except DiedError as error:
        raise OutOfMemoryError(f"the process {error}, twice") from None


def _said(candidates: Sequence[Candidate]) -> str:
    return f"{len(candidates)} candidate(s) without {candidates[0].left_out}"


def _alone(candidate: Candidate, error: OutOfMemoryError) -> str:
    return (
        f"{name(candidate)} without {candidate.left_out} needs more memory than there is, even trained alone "
        f"({error}). Lower batch_size or hidden in the plan, or --max-parallel."
    )
