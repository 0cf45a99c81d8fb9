"""Training of all candidates, in stacks, several at a time."""

from collections.abc import Sequence

from prefect.futures import as_completed

from flows.places import Place
from flows.progress import progress
from flows.retraining import Retraining
from flows.tasks.divide import divide
from flows.tasks.log import log
from flows.tasks.train import train
from irm_core.evaluation.records import Trial
from irm_core.evaluation.stack import Together, by_fold
from irm_core.training.candidate import Candidate
from irm_core.training.out_of_memory import OutOfMemoryError


def train_all(candidates: Sequence[Candidate], retraining: Retraining, place: Place) -> list[Trial]:
    """Every candidate's trial, stack by stack; each is logged as soon as its stack is done.

    A stack for which there is not enough memory costs the others nothing: only when they are done, and kept,
    is its OutOfMemoryError raised. Any other error ends the training at once.
    """
    stacks = divided(candidates, place)
    futures = {place.submit(train, candidates=some): number for number, some in enumerate(stacks)}
    trials: dict[int, list[Trial]] = {}
    too_large: list[OutOfMemoryError] = []
    with progress(stacks) as advance:
        for future in as_completed(list(futures)):
            number = futures[future]
            try:
                trials[number] = [Trial.model_validate(one) for one in future.result()]
            except OutOfMemoryError as error:
                too_large.append(error)
            else:
                log(trials[number], retraining)
            advance(stacks[number])
    if too_large:
        raise too_large[0]
    return [trial for number in sorted(trials) for trial in trials[number]]


def divided(candidates: Sequence[Candidate], place: Place) -> list[Together]:
    """All stacks, fold by fold."""
    folds = [place.submit(divide, candidates=own) for own in by_fold(candidates)]
    return [some for stacks in folds for some in stacks.result()]
