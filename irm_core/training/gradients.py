"""The exact gradient of an objective over rows that come in pieces, in the memory of one piece."""

from collections.abc import Sequence

import torch
from torch import Tensor

from irm_core.objectives.law import Sums, Terms
from irm_core.objectives.losses import Loss
from irm_core.training.batches import Batch
from irm_core.training.distributed import add_over_processes, several_processes
from irm_core.training.groups import Group
from irm_core.training.learner import Learner
from irm_core.training.passes import passed, rows_of
from irm_core.training.randomness import random_state, restore_random_state
from irm_core.training.schedule import shares


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
        only = passed(learner, pieces[0], groups, loss)
        terms, directions = directed(groups, only.sums, strength)
        return only.gradient(directions), terms
    totals, random_states = summed(learner, pieces, groups, loss)
    terms, directions = directed(groups, totals, strength)
    gradient = torch.zeros_like(learner.parameters)
    for piece, state in zip(pieces, random_states, strict=True):
        restore_random_state(state)
        gradient += passed(learner, piece, groups, loss).gradient(directions)
    add_over_processes([gradient])
    return gradient, terms


@torch.no_grad()
def summed(
    learner: Learner, pieces: Sequence[Batch], groups: Sequence[Group], loss: Loss
) -> tuple[list[Sums], list[list[Tensor]]]:
    """The sums over all pieces and processes, and the random state that each piece began with."""
    totals: list[Sums] = [{} for _ in groups]
    states = []
    for piece in pieces:
        states.append(random_state())
        outputs, features = learner.forward(piece)
        for total, group in zip(totals, groups, strict=True):
            sums = group.objective.sums(rows_of(outputs, features, piece, group), loss)
            total.update({name: total.get(name, 0) + one for name, one in sums.items()})
    add_over_processes([one for sums in totals for one in sums.values()])
    return totals, states


def directed(
    groups: Sequence[Group], sums: Sequence[Sums], strength: Tensor
) -> tuple[list[Terms], list[Sums]]:
    """Each group's terms, and ∂J/∂sum for all its sums, with J = (risk + λ · penalty) / max(1, λ)."""
    found = [
        group.objective.directions(own, group.weights, group.state, *shares(strength[group.members]))
        for group, own in zip(groups, sums, strict=True)
    ]
    return [terms for terms, _ in found], [directions for _, directions in found]
