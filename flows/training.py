"""Training of all candidates, in stacks, several at a time; and of what is chosen."""

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import rmtree

from prefect.futures import PrefectFuture, as_completed

from flows.checkpoints import folder_of
from flows.kept_trials import KeptTrials
from flows.places import Place
from flows.progress import progress
from flows.retraining import Retraining
from flows.tasks.content import means
from flows.tasks.divide import divide
from flows.tasks.log import log
from flows.tasks.refit import refit
from flows.tasks.train import train
from flows.warning import warn
from flows.workspace import RESULTS
from irm_core.evaluation.records import Trial
from irm_core.evaluation.refit import choice, control, refuse_failed
from irm_core.evaluation.selection import Selection
from irm_core.evaluation.stack import Together, by_fold
from irm_core.predictor import Predictor
from irm_core.training.candidate import CONTROL, Candidate
from irm_core.training.out_of_memory import OutOfMemoryError


def train_all(
    candidates: Sequence[Candidate], retraining: Retraining, place: Place, tell: Callable[[str], None]
) -> list[Trial]:
    """Every candidate's trial, in their order; those that are not known already are trained, stack by stack.

    Each is logged as soon as its stack is done. A stack for which there is not enough memory costs the others
    nothing: only when they are done, and kept, is its OutOfMemoryError raised. Any other error ends the
    training at once. tell: told how many candidates there are, and how many of them were known.
    """
    kept = kept_trials(retraining, place)
    known = kept.known(candidates)
    tell(f"{len(candidates)} candidates" + (f", {len(known)} of them trained before" if known else ""))
    stacks = divided([one for one in candidates if one not in known], place)
    futures = submitted(stacks, kept, folder_of(retraining), place)
    if known:
        log(list(known.values()), retraining)
    trials, too_large = dict(known), []
    with progress(stacks, len(known)) as advance:
        for future in as_completed(list(futures)):
            try:
                trained = future.result()
            except OutOfMemoryError as error:
                too_large.append(error)
            else:
                if not place.here:
                    kept.keep(trained, warn)
                log(trained, retraining)
                trials.update({one.candidate: one for one in trained})
            advance(futures[future])
    if too_large:
        raise too_large[0]
    rmtree(folder_of(retraining), ignore_errors=True)  # of stacks that were divided otherwise
    return [trials[one] for one in candidates]


def kept_trials(retraining: Retraining, place: Place) -> KeptTrials:
    """Those on these data, by this plan and this code, at such a place."""
    version, plan = retraining.published.version, retraining.plan
    return KeptTrials(RESULTS.absolute(), version, plan, means(plan, place.device), retraining.anew)


def submitted(
    stacks: Sequence[Together], kept: KeptTrials, checkpoints: Path, place: Place
) -> dict[PrefectFuture[list[Trial]], Together]:
    """The stacks by their tasks: those on this machine keep what they train, and how far they are."""
    resumes = place.here and place.work.processes == 1 and not kept.anew
    there = {
        "kept": kept if place.here else None,
        "checkpoints": checkpoints if resumes else None,
    }
    return {place.submit(train, candidates=some, **there): some for some in stacks}


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
