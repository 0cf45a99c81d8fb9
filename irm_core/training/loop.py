"""The training loop: of one candidate, or of K of them as one tensor program."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from irm_core.errors import UsageError
from irm_core.objectives.law import Objective
from irm_core.objectives.losses import LOSSES
from irm_core.training.activations import rows_at_once
from irm_core.training.batches import batches, training_rows
from irm_core.training.candidate import Candidate
from irm_core.training.checkpoint import identity, restore, save
from irm_core.training.course import advance, begin
from irm_core.training.device import resolve
from irm_core.training.early_stopping import look, validation_rows
from irm_core.training.examples import Examples
from irm_core.training.groups import environment_weights, trained_environments
from irm_core.training.models import Model
from irm_core.training.plan import TrainingPlan
from irm_core.training.record import Record, ended, records

__all__ = ["Record", "train", "train_stack"]


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
    checkpoint: a file that keeps the state at each record. Where it exists already, training goes on from it,
    to the same model; it is removed at the end.
    UsageError or DataError where candidate, plan and examples do not fit together.
    """
    together = train_stack(
        [model], examples, [candidate], plan, loss, training=training, own=own, checkpoint=checkpoint
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
    checkpoint: Path | None = None,
) -> Iterator[tuple[Record, ...]]:
    """Train K models of one architecture, each for its candidate, as one tensor program.

    As K calls of `train`, up to rounding and dropout; yields the K records of a step at a time. A candidate
    that stops early stays as it is, and its records go on, until all are over.
    """
    if loss not in LOSSES:
        raise UsageError(f"There is no loss {loss!r}. Losses: {', '.join(LOSSES)}.")
    device = resolve(plan.device)
    trained = trained_environments(examples.environments, candidates, training)
    rows = training_rows(examples, trained.any(0), device)
    weights = environment_weights(trained, rows, examples.environments, plan)
    course = begin(models, candidates, plan, weights, own)
    course.rows_at_once = rows_at_once(models[0], rows.inputs, len(models))
    watched = validation_rows(examples, trained.any(0), device) if course.best else None
    what = identity(candidates, plan, loss, rows.counts)
    if checkpoint is not None and checkpoint.exists():
        restore(course, checkpoint, what)
    for batch in batches(rows, candidates, plan, done=course.step):
        strength, terms = advance(course, batch, plan, LOSSES[loss])
        if course.step % plan.record_every and course.step < plan.steps:
            continue
        found = records(course, strength, terms, examples.environments)
        found = look(course, watched, plan, LOSSES[loss], found)
        if course.step == plan.steps or all(one.over for one in found):
            yield tuple(ended(found, course, batch))
            break
        if checkpoint is not None:
            save(course, checkpoint, what)
        yield tuple(found)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
