"""Training that ends where the objective on validation rows no longer falls."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from irm_core.errors import DataError
from irm_core.objectives.membership import Membership, positions
from irm_core.training.batches import Batch
from irm_core.training.course import Course
from irm_core.training.distributed import share
from irm_core.training.examples import Examples
from irm_core.training.observations import Observations
from irm_core.training.plan import TrainingPlan
from irm_core.training.record import Record
from irm_core.training.schedule import shares
from irm_core.training.threads import threads_for

MOST_ROWS = 2000  # of one environment: looking must cost little beside training


def validation_rows(examples: Examples, trained: Tensor, device: torch.device) -> Batch:
    """Up to MOST_ROWS rows, drawn once, that are kept for validation in each `trained` environment, bool [E].

    Of several processes, each has its share of these.
    DataError that names the first environment without any.
    """
    allowed = trained.to(examples.membership.device)[examples.membership] & examples.validation
    rows = allowed.nonzero().squeeze(1)
    rows = rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(0)).to(rows.device)]
    rows = rows[positions(examples.membership[rows]) < MOST_ROWS]
    weights = None if examples.weights is None else examples.weights[rows].to(device)
    membership = Membership(examples.membership[rows].to(device), len(examples.environments), weights)
    empty = (trained.to(device) & (membership.counts == 0)).nonzero().flatten().tolist()
    if empty:
        raise DataError(
            f"Environment {examples.environments[empty[0]]!r} has no rows for validation, "
            "which early_stopping watches. Set early_stopping: null."
        )
    inputs, targets = (one[rows].to(device) for one in (examples.inputs, examples.targets))
    return Batch(inputs, targets, membership, shared=True).part(share())


def look(
    course: Course, watched: Observations | None, plan: TrainingPlan, found: Sequence[Record]
) -> list[Record]:
    """The records `found` of this step, with what early stopping makes of it.

    Nothing, before the whole penalty presses: until then, another objective is made small. A candidate whose
    value was no lower in as many looks as its patience, or for which this is the last step, gets its best
    weights back. One that stopped keeps them: its learning rate is zero.
    """
    best = course.best
    if best is None or watched is None:
        return list(found)
    if course.step > sum(plan.penalty_steps):
        healthy = [one.status == "running" for one in found]
        running = torch.tensor(healthy, device=best.stopped.device) & (best.stopped == 0)
        best.compare(course.learner, values(course, watched), course.step, running)
        tired = running & (best.waited >= best.patience)
        best.stopped.masked_fill_(tired, course.step)
        best.put_back(course.learner, running if course.step == plan.steps else tired)
        course.adam.learning_rate.masked_fill_(tired.unsqueeze(1), 0)
    steps = zip(found, best.stopped.tolist(), best.step.tolist(), strict=True)
    return [replace(one, stopped_at=at or None, best_step=step or None) for one, at, step in steps]


@torch.no_grad()
def values(course: Course, watched: Observations) -> Tensor:
    """Every candidate's objective on what is `watched`, under its whole penalty weight: [K].

    Not the risk alone, which it is for ERM: a model that leaves what holds in some environments only predicts
    worse in those it is trained on. The lowest risk would be that of the weights nearest to ERM's.
    """
    learner = course.learner
    with learner.judged(), threads_for(watched.work(learner)):
        sums = watched.sums(learner, course.groups)
    of_risk, of_penalty = shares(course.penalty_weights)
    value = learner.parameters.new_empty(len(learner.parameters))
    for group, own in zip(course.groups, sums, strict=True):
        k, terms = group.members, group.objective.terms(own, group.weights, group.state)
        value[k] = of_risk[k] * terms.risk + of_penalty[k] * terms.penalty
    return value
