"""Rows sent forward through K models and their objectives, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from irm_core.objectives.law import Pull, Rows, Sums
from irm_core.objectives.losses import Loss
from irm_core.training.batches import Batch
from irm_core.training.groups import Group
from irm_core.training.learner import Learner


@dataclass(frozen=True)
class Pass:
    """One piece of rows after the K models.

    outputs [K, N, C] and features [K, N, D] carry the graph of the models, and nothing else does. sums: of
    each group's objective; pulls: their transposed derivatives.
    """

    learner: Learner
    groups: Sequence[Group]
    outputs: Tensor
    features: Tensor
    sums: list[Sums]
    pulls: list[Pull]

    def gradient(self, directions: Sequence[Sums]) -> Tensor:
        """The directions ∂J/∂sum of each group, backpropagated through the rows: [K, P]."""
        by_outputs, by_features = zip(
            *(pull(own) for pull, own in zip(self.pulls, directions, strict=True)), strict=True
        )
        of, along = [self.outputs], [self._together(self.outputs, by_outputs)]
        if self.features.requires_grad and any(one is not None for one in by_features):
            of.append(self.features)
            along.append(self._together(self.features, by_features))
        return self.learner.gradient(of, along)

    def _together(self, like: Tensor, parts: Sequence[Tensor | None]) -> Tensor:
        """The groups' parts as one tensor of all candidates; zero where a group has none."""
        if len(parts) == 1 and parts[0] is not None:
            return parts[0]
        together = torch.zeros_like(like)
        for group, part in zip(self.groups, parts, strict=True):
            if part is not None:
                together[group.members] = part
        return together


def passed(learner: Learner, piece: Batch, groups: Sequence[Group], loss: Loss) -> Pass:
    """Send the piece through the models, with a graph, and through each group's objective, without."""
    outputs, features = learner.forward(piece)
    rows = [rows_of(outputs, features, piece, group) for group in groups]
    found = [group.objective.linearised(own, loss) for group, own in zip(groups, rows, strict=True)]
    return Pass(learner, groups, outputs, features, [sums for sums, _ in found], [pull for _, pull in found])


def rows_of(outputs: Tensor, features: Tensor, piece: Batch, group: Group) -> Rows:
    """What the group's objective sees: its own candidates."""
    k = group.members
    targets = piece.targets if piece.shared else piece.targets[k]
    return Rows(outputs[k], features[k], targets, piece.membership.of(k))
