"""The training loop: of one candidate, or of K of them as one tensor program."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from irm_core.errors import UsageError
from irm_core.objectives.law import Terms
from irm_core.objectives.losses import LOSSES
from irm_core.training.batches import Batch, batches, training_rows
from irm_core.training.candidate import Candidate
from irm_core.training.device import resolve
from irm_core.training.examples import Examples
from irm_core.training.gradients import backward
from irm_core.training.groups import Group, environment_weights, grouped, trained_environments
from irm_core.training.learner import Learner, learner_of
from irm_core.training.models import Model
from irm_core.training.optimizer import Adam, clipped
from irm_core.training.plan import TrainingPlan
from irm_core.training.record import Record, Status, ending, records
from irm_core.training.schedule import penalty_weight

__all__ = ["Record", "train", "train_stack"]

LONGEST_GRADIENT = 10.0
PIECE = 65_536  # rows that pass through a model at once


def train(
    model: Model,
    examples: Examples,
    candidate: Candidate,
    plan: TrainingPlan,
    loss: str,
    *,
    training: Sequence[str],
) -> Iterator[Record]:
    """Train `model` in place on the environments `training`, without the one that the candidate leaves out.

    loss: a name in LOSSES. Yields a record every `plan.record_every` steps and at the last; training goes on
    as records are asked for. The same seed gives the same model, to the bit on a CPU. UsageError or DataError
    where candidate, plan and examples do not fit together.
    """
    for (record,) in train_stack([model], examples, [candidate], plan, loss, training=training):
        yield record


def train_stack(
    models: Sequence[Model],
    examples: Examples,
    candidates: Sequence[Candidate],
    plan: TrainingPlan,
    loss: str,
    *,
    training: Sequence[str],
) -> Iterator[tuple[Record, ...]]:
    """Train K models of one architecture, each for its candidate, as one tensor program.

    As K calls of `train`, up to rounding; yields the K records of a step at a time.
    """
    _check(plan, loss)
    trained = trained_environments(examples.environments, candidates, training)
    device = resolve(plan.device)
    rows = training_rows(examples, trained.any(0), device)
    weights = environment_weights(trained, rows, examples.environments, plan)
    groups = grouped(candidates, weights)
    learner = learner_of(models, device)
    final_weight = torch.tensor([one.penalty_weight for one in candidates], device=device)
    rate = torch.full_like(final_weight, plan.learning_rate)
    adam = Adam(learner.parameters, rate, plan.weight_decay)
    for step, batch in enumerate(batches(rows, candidates, plan), start=1):
        if step == plan.warmup_steps + 1:
            adam.restart()  # its averages of the old objective mislead it in the new one
        strength = penalty_weight(step, final_weight, plan.warmup_steps)
        gradient, terms = backward(learner, batch.split(PIECE), groups, LOSSES[loss], strength)
        adam.step(clipped(gradient, LONGEST_GRADIENT))
        groups = [_carried(group, one) for group, one in zip(groups, terms, strict=True)]
        if step % plan.record_every == 0 or step == plan.steps:
            risks, penalties = (_together(groups, terms, name) for name in ("risks", "penalties"))
            found = records(step, strength, weights, risks, penalties, examples.environments)
            over = step == plan.steps or all(one.status == "diverged" for one in found)
            yield tuple(_ended(found, learner, batch, weights) if over else found)
            if over:
                return


def _check(plan: TrainingPlan, loss: str) -> None:
    if loss not in LOSSES:
        raise UsageError(f"There is no loss {loss!r}. Losses: {', '.join(LOSSES)}.")
    if plan.warmup_steps >= plan.steps:
        raise UsageError(
            f"The plan warms up for {plan.warmup_steps} of {plan.steps} steps, so that no penalty weight "
            "would ever apply. Make warmup_steps less than steps."
        )


def _carried(group: Group, terms: Terms) -> Group:
    return group if terms.state is None else replace(group, state=terms.state)


def _together(groups: Sequence[Group], terms: Sequence[Terms], name: str) -> Tensor:
    """One of the terms' [k, E] tensors, of all K candidates."""
    together = torch.cat([group.weights for group in groups])
    for group, one in zip(groups, terms, strict=True):
        together[group.members] = getattr(one, name).detach()
    return together


@torch.no_grad()
def _ended(found: list[Record], learner: Learner, batch: Batch, weights: Tensor) -> list[Record]:
    """The last records, with how each candidate ended: judged by its outputs on the rows of the last step."""
    outputs = torch.cat([learner.forward(piece)[0] for piece in batch.split(PIECE)], dim=1)
    own = (weights > 0).float() @ batch.membership.mT > 0
    statuses: list[Status] = [ending(one[mine]) for one, mine in zip(outputs, own, strict=True)]
    return [
        replace(record, status=status) if record.status == "running" else record
        for record, status in zip(found, statuses, strict=True)
    ]
