"""The exact gradient of an objective over rows that come in pieces, in the memory of one piece."""

from collections.abc import Sequence

import torch
from torch import Tensor

from irm_core.objectives.law import ROWS, Rows, Sums, Terms
from irm_core.objectives.losses import Loss
from irm_core.training.batches import Batch
from irm_core.training.distributed import add_over_processes, several_processes
from irm_core.training.groups import Group
from irm_core.training.learner import Learner
from irm_core.training.randomness import random_state, restore_random_state
from irm_core.training.schedule import objective_value


def backward(
    learner: Learner, pieces: Sequence[Batch], groups: Sequence[Group], loss: Loss, strength: Tensor
) -> tuple[Tensor, list[Terms]]:
    """The gradient [K, P] of every candidate's objective over all pieces together, and each group's terms.

    Pass 1 adds up the sums without a graph; the small function of the means gives ∂J/∂sum; pass 2
    backpropagates that fixed direction through one piece after the other. All rows in one piece and process
    need one pass only.
    strength: the penalty weights, [K].
    """
    if len(pieces) == 1 and not several_processes():
        sums = _group_sums(learner, pieces[0], groups, loss)
        terms, value = _objective(groups, sums, strength)
        return learner.gradient([value]), terms
    totals, random_states = _totals(learner, pieces, groups, loss)
    terms, value = _objective(groups, totals, strength)
    value.backward()
    gradient = torch.zeros_like(learner.parameters)
    for piece, state in zip(pieces, random_states, strict=True):
        restore_random_state(state)
        gradient += _pushed(learner, _group_sums(learner, piece, groups, loss), totals)
    add_over_processes([gradient])
    return gradient, terms


def _group_sums(learner: Learner, piece: Batch, groups: Sequence[Group], loss: Loss) -> list[Sums]:
    outputs, features = learner.forward(piece)
    return [group.objective.sums(_rows(outputs, features, piece, group), loss) for group in groups]


def _rows(outputs: Tensor, features: Tensor, piece: Batch, group: Group) -> Rows:
    """What the group's objective sees: its own candidates."""
    k = group.members
    targets = piece.targets if piece.shared else piece.targets[k]
    return Rows(outputs[k], features[k], targets, piece.membership.of(k))


@torch.no_grad()
def _totals(
    learner: Learner, pieces: Sequence[Batch], groups: Sequence[Group], loss: Loss
) -> tuple[list[Sums], list[list[Tensor]]]:
    """The sums over all pieces and processes, and the random state that each piece began with."""
    totals: list[Sums] = [{} for _ in groups]
    states = []
    for piece in pieces:
        states.append(random_state())
        for total, sums in zip(totals, _group_sums(learner, piece, groups, loss), strict=True):
            total.update({name: total.get(name, 0) + one for name, one in sums.items()})
    add_over_processes([one for sums in totals for one in sums.values()])
    for sums in totals:
        for name, one in sums.items():
            one.requires_grad_(name != ROWS)
    return totals, states


def _objective(groups: Sequence[Group], sums: Sequence[Sums], strength: Tensor) -> tuple[list[Terms], Tensor]:
    """Each group's terms, and the sum of all candidates' objectives, which share no parameters."""
    terms = [
        group.objective.terms(own, group.weights, group.state)
        for group, own in zip(groups, sums, strict=True)
    ]
    values = [
        objective_value(one.risk, one.penalty, strength[group.members])
        for one, group in zip(terms, groups, strict=True)
    ]
    return terms, torch.cat(values).sum()


def _pushed(learner: Learner, sums: Sequence[Sums], totals: Sequence[Sums]) -> Tensor:
    """The directions ∂J/∂sum, which the totals carry, backpropagated from these sums: [K, P]."""
    pairs = [
        (own[name], total.grad)
        for own, of_all in zip(sums, totals, strict=True)
        for name, total in of_all.items()
        if total.grad is not None and own[name].requires_grad
    ]
    return learner.gradient([tensor for tensor, _ in pairs], [direction for _, direction in pairs])
