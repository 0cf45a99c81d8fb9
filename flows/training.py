"""Training of all candidates, in stacks, several at a time; and of what is chosen."""

from collections.abc import Sequence

from prefect.futures import as_completed

from flows.places import Place
from flows.progress import progress
from flows.retraining import Retraining
from flows.tasks.divide import divide
from flows.tasks.log import log
from flows.tasks.refit import refit
from flows.tasks.train import train
from irm_core.evaluation.records import Trial
from irm_core.evaluation.refit import choice, control, refuse_failed
from irm_core.evaluation.selection import Selection
from irm_core.evaluation.stack import Together, by_fold
from irm_core.predictor import Predictor
from irm_core.training.candidate import CONTROL, Candidate
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


def refit_all(selection: Selection, retraining: Retraining, place: Place) -> tuple[Predictor, list[Trial]]:
    """The choice's model, and its trial; with hold-outs to judge in, that of ERM too, if that is another.

    IrmflowError where the choice fails on all environments together.
    """
    candidates = [choice(selection, retraining.plan)]
    if selection.objective != CONTROL and retraining.published.version.hold_out:
        candidates.append(control(selection, retraining.plan))
    futures = [place.submit(refit, candidate=one) for one in candidates]
    trials, predictors = zip(*(future.result() for future in futures), strict=True)
    refuse_failed(trials[0])
    log(trials[:1], retraining)
    return predictors[0], list(trials)


def divided(candidates: Sequence[Candidate], place: Place) -> list[Together]:
    """All stacks, fold by fold."""
    folds = [place.submit(divide, candidates=own) for own in by_fold(candidates)]
    return [some for stacks in folds for some in stacks.result()]
