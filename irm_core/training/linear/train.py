"""Linear models trained for squared loss on moments alone, of a table that may be larger than memory."""

from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path

from irm_core.errors import UsageError
from irm_core.objectives.law import Objective
from irm_core.training.candidate import Candidate
from irm_core.training.checkpoint import Checkpoint, Keeping, identity
from irm_core.training.course import Course, begin
from irm_core.training.device import resolve
from irm_core.training.groups import environment_weights, trained_environments
from irm_core.training.linear.moments import Moments
from irm_core.training.linear.observed_moments import ObservedMoments
from irm_core.training.linear.sufficient import LOSS_NAME, is_linear, needs_moments_only
from irm_core.training.loop import follow
from irm_core.training.models import Model
from irm_core.training.plan import TrainingPlan
from irm_core.training.record import Record


def train_linear(
    models: Sequence[Model],
    moments: Moments,
    candidates: Sequence[Candidate],
    plan: TrainingPlan,
    *,
    training: Sequence[str],
    own: Sequence[Objective] = (),
    checkpoint: Path | None = None,
) -> Iterator[tuple[Record, ...]]:
    """Train K linear models in place, as `train_stack` does on the rows behind the moments, by squared loss.

    Every step is of all rows. Candidates may leave out different environments; their units are the same,
    those of the moments: of x − origin, or what a `Standard` made of it. UsageError where a model is not
    linear, the plan asks for batches or early stopping, or an objective for more than moments; DataError
    where an environment to train on has no rows.
    """
    _check(models, moments, plan)
    trained = trained_environments(moments.environments, candidates, training)
    moments = moments.to(resolve(plan.device))
    weights = environment_weights(trained, moments.counts, moments.environments, plan)
    course = begin(models, candidates, plan, weights, own)
    _check_objectives(course)
    what = identity(candidates, plan, LOSS_NAME, moments.counts.tolist())
    steps = repeat(ObservedMoments(moments))
    kept = Checkpoint(None if checkpoint is None else Keeping(checkpoint), what)
    return follow(course, lambda _: steps, None, moments.environments, plan, kept)


def _check(models: Sequence[Model], moments: Moments, plan: TrainingPlan) -> None:
    if not all(map(is_linear, models)):
        raise UsageError("Only linear models with one output learn from moments. Build them by name: linear.")
    features = moments.products.shape[-1] - 2
    read = {sum(one.numel() for one in model.parameters()) - 1 for model in models}
    if read != {features}:
        raise UsageError(f"The moments are of {features} features, but the models read {sorted(read)}.")
    if plan.batch_size is not None:
        raise UsageError("Moments are of all rows: set batch_size: null.")
    if plan.early_stopping is not None:
        raise UsageError("Moments have no rows for validation, to stop early by. Set early_stopping: null.")


def _check_objectives(course: Course) -> None:
    for group in course.groups:
        if not needs_moments_only(group.objective):
            raise UsageError(
                f"The objective {group.objective.name!r} asks for more than losses and slopes of the rows, "
                "which is all that moments give."
            )
