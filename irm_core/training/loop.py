"""The training loop: of one candidate, or of K of them as one tensor program."""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from pathlib import Path

from irm_core.errors import UsageError
from irm_core.objectives.law import Objective
from irm_core.objectives.losses import LOSSES
from irm_core.training.activations import rows_at_once
from irm_core.training.batches import Batch, batches, training_rows
from irm_core.training.candidate import Candidate
from irm_core.training.checkpoint import Checkpoint, Keeping, identity
from irm_core.training.course import Course, advance, begin
from irm_core.training.device import resolve
from irm_core.training.early_stopping import look, validation_rows
from irm_core.training.examples import Examples
from irm_core.training.groups import environment_weights, trained_environments
from irm_core.training.linear.moments import moments_of
from irm_core.training.linear.observed_moments import ObservedMoments
from irm_core.training.linear.sufficient import is_linear, moments_suffice
from irm_core.training.models import Model
from irm_core.training.observations import Observations
from irm_core.training.observed_rows import ObservedRows
from irm_core.training.plan import TrainingPlan
from irm_core.training.record import Record, ended, records

__all__ = ["Record", "follow", "train", "train_stack"]

LOGGER = logging.getLogger(__name__)


def train(  # noqa: PLR0913 - what is trained, then how
    model: Model,
    examples: Examples,
    candidate: Candidate,
    plan: TrainingPlan,
    loss: str,
    *,
    training: Sequence[str],
    own: Sequence[Objective] = (),
    checkpoint: Path | None = None,
) -> Iterator[Record]:
    """Train `model` in place on the environments `training`, without the one that the candidate leaves out.

    loss: a name in LOSSES. own: objectives of the user, which the candidate may name. Yields a record every
    `plan.record_every` steps and at the last; training goes on as records are asked for. The same seed gives
    the same model, to the bit on a CPU. With `plan.early_stopping` the last record may come early, and the
    model then has its best weights.
    checkpoint: a file that keeps the state at each record, once the next is asked for. Where it exists
    already, training goes on from it, to the same model; it is removed at the end.
    UsageError or DataError where candidate, plan and examples do not fit together.
    """
    keeping = None if checkpoint is None else Keeping(checkpoint)
    together = train_stack(
        [model], examples, [candidate], plan, loss, training=training, own=own, keeping=keeping
    )
    for (record,) in together:
        yield record


def train_stack(  # noqa: PLR0913 - what is trained, then how
    models: Sequence[Model],
    examples: Examples,
    candidates: Sequence[Candidate],
    plan: TrainingPlan,
    loss: str,
    *,
    training: Sequence[str],
    own: Sequence[Objective] = (),
    keeping: Keeping | None = None,
) -> Iterator[tuple[Record, ...]]:
    """Train K models of one architecture, each for its candidate, as one tensor program.

    As K calls of `train`, up to rounding and dropout; yields the K records of a step at a time. A candidate
    that stops early stays as it is, and its records go on, until all are over. Linear models with squared
    loss on all rows learn from `moments`, where no objective asks for more: the same, at less cost.
    """
    if loss not in LOSSES:
        raise UsageError(f"There is no loss {loss!r}. Losses: {', '.join(LOSSES)}.")
    device = resolve(plan.device)
    trained = trained_environments(examples.environments, candidates, training)
    rows = training_rows(examples, trained.any(0), device)
    weights = environment_weights(trained, rows.membership.counts, examples.environments, plan)
    course = begin(models, candidates, plan, weights, own)
    form = _form(models, course, examples, plan, loss)
    watched = form(validation_rows(examples, trained.any(0), device)) if course.best else None

    def observed(done: int) -> Iterator[Observations]:
        every = batches(rows, candidates, plan, done)
        return map(form, every) if plan.batch_size else repeat(form(next(every)))

    kept = Checkpoint(keeping, identity(candidates, plan, loss, rows.counts))
    yield from follow(course, observed, watched, examples.environments, plan, kept)


def _form(
    models: Sequence[Model],
    course: Course,
    examples: Examples,
    plan: TrainingPlan,
    loss: str,
) -> Callable[[Batch], Observations]:
    """What is made of rows: their moments, where these are enough and cost less, else nothing."""
    objectives = [group.objective for group in course.groups]
    if all(map(is_linear, models)) and moments_suffice(objectives, examples, plan, loss):
        LOGGER.info("Candidates trained on moments, which give what all rows would: %d.", len(models))
        return lambda batch: ObservedMoments(moments_of(batch, examples.environments))
    most = rows_at_once(models[0], examples.inputs, len(models))
    return lambda batch: ObservedRows(batch, LOSSES[loss], most)


def follow(
    course: Course,
    observed: Callable[[int], Iterator[Observations]],
    watched: Observations | None,
    environments: Sequence[str],
    plan: TrainingPlan,
    checkpoint: Checkpoint,
) -> Iterator[tuple[Record, ...]]:
    """The loop itself: the K records of a step at a time.

    observed: what is learnt from in each step after so many. watched: what early stopping looks at.
    """
    checkpoint.restore(course)
    for one in observed(course.step):
        strength, terms = advance(course, one, plan)
        if course.step % plan.record_every and course.step < plan.steps:
            continue
        found = look(course, watched, plan, records(course, strength, terms, environments))
        if course.step == plan.steps or all(record.over for record in found):
            yield tuple(ended(found, course, one))
            break
        yield tuple(found)
        checkpoint.save(course)  # with whatever the caller has made of these records
    checkpoint.remove()
