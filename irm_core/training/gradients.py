"""The exact gradient of an objective over rows that come in pieces, in the memory of one piece."""

from collections.abc import Sequence

import torch
from torch import Tensor

from irm_core.objectives.law import ROWS, Rows, Sums, Terms
from irm_core.objectives.losses import Loss
from irm_core.training.batches import Batch
from irm_core.training.distributed import add_over_processes
from irm_core.training.groups import Group
from irm_core.training.learner import Learner
from irm_core.training.randomness import random_state, restore_random_state
from irm_core.training.schedule import objective_value


def backward(
    learner: Learner, pieces: Sequence[Batch], groups: Sequence[Group], loss: Loss, strength: Tensor
) -> tuple[Tensor, list[Terms]]:
    """The gradient [K, P] of every candidate's objective over all pieces together, and each group's terms.

    Pass 1 adds up the sums; the small function of the means gives ∂J/∂sum; pass 2 backpropagates that fixed
    direction through one piece after the other, needing no graph of the first pass. A single piece passes
    once.
    strength: the penalty weights, [K].
    """
    if len(pieces) == 1:
        sums = _group_sums(learner, pieces[0], groups, loss)
        terms, directions = _directions(groups, [_detached(one) for one in sums], strength)
        gradient = _pushed(learner, sums, directions)
    else:
        gradient = torch.zeros_like(learner.parameters)
        totals, random_states = _totals(learner, pieces, groups, loss)
        terms, directions = _directions(groups, totals, strength)
        for piece, state in zip(pieces, random_states, strict=True):
            restore_random_state(state)
            gradient += _pushed(learner, _group_sums(learner, piece, groups, loss), directions)
    add_over_processes([gradient])
    return gradient, terms


def _group_sums(learner: Learner, piece: Batch, groups: Sequence[Group], loss: Loss) -> list[Sums]:
    outputs, features = learner.forward(piece)
    return [group.objective.sums(_rows(outputs, features, piece, group), loss) for group in groups]


def _rows(outputs: Tensor, features: Tensor, piece: Batch, group: Group) -> Rows:
    """What the group's objective sees: its own candidates."""
    k = group.members
    if piece.shared:
        return Rows(outputs[k], features[k], piece.targets, piece.membership)
    return Rows(outputs[k], features[k], piece.targets[k], piece.membership[k])


@torch.no_grad()
def _totals(
    learner: Learner, pieces: Sequence[Batch], groups: Sequence[Group], loss: Loss
) -> tuple[list[Sums], list[list[Tensor]]]:
    """The sums over all pieces, and the random state that each piece began with."""
    totals: list[Sums] = [{} for _ in groups]
    states = []
    for piece in pieces:
        states.append(random_state())
        for total, sums in zip(totals, _group_sums(learner, piece, groups, loss), strict=True):
            total.update({name: total[name] + one if name in total else one for name, one in sums.items()})
    return totals, states


def _directions(
    groups: Sequence[Group], totals: Sequence[Sums], strength: Tensor
) -> tuple[list[Terms], list[Sums]]:
    """Each group's terms, and ∂J/∂sum for each of its sums, J being all candidates' objectives together."""
    add_over_processes([one for sums in totals for one in sums.values()])
    for sums in totals:
        for name, one in sums.items():
            one.requires_grad_(name != ROWS)
    terms = [
        group.objective.terms(sums, group.weights, group.state)
        for group, sums in zip(groups, totals, strict=True)
    ]
    values = [
        objective_value(one.risk, one.penalty, strength[group.members]).sum()
        for one, group in zip(terms, groups, strict=True)
    ]
    torch.stack(values).sum().backward()
    return terms, [{name: one.grad for name, one in sums.items() if one.grad is not None} for sums in totals]


def _pushed(learner: Learner, sums: Sequence[Sums], directions: Sequence[Sums]) -> Tensor:
    """The fixed directions, backpropagated from the sums to the parameters: [K, P]."""
    pairs = [
        (own[name], direction)
        for own, given in zip(sums, directions, strict=True)
        for name, direction in given.items()
        if own[name].requires_grad
    ]
    gradients = torch.autograd.grad(
        [tensor for tensor, _ in pairs],
        learner.leaves,
        [direction for _, direction in pairs],
        allow_unused=True,
        materialize_grads=True,
    )
    return learner.flat(gradients)


def _detached(sums: Sums) -> Sums:
    return {name: one.detach().clone() for name, one in sums.items()}
