"""Moments as what is learnt from: linear models, squared loss, and objectives of losses and slopes."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from irm_core.objectives.law import Sums, Terms
from irm_core.training.gradients import directed
from irm_core.training.groups import Group
from irm_core.training.learner import Learner
from irm_core.training.linear.moments import Moments
from irm_core.training.linear.sums import LinearSums
from irm_core.training.observations import OutputSums


@dataclass(frozen=True)
class ObservedMoments:
    """`Observations` of all rows at once, none of which is there. They are of all processes already."""

    moments: Moments

    def work(self, learner: Learner) -> float:
        return len(learner.parameters) * self.moments.products.numel()

    def backward(
        self, learner: Learner, groups: Sequence[Group], strength: Tensor
    ) -> tuple[Tensor, list[Terms]]:
        found = self._found(learner, groups)
        terms, directions = directed(groups, [one.sums for one in found], strength)
        gradient = torch.empty_like(learner.parameters)
        for group, one, own in zip(groups, found, directions, strict=True):
            gradient[group.members] = one.pull(own)
        return gradient, terms

    def sums(self, learner: Learner, groups: Sequence[Group]) -> list[Sums]:
        return [one.sums for one in self._found(learner, groups)]

    def output_sums(self, learner: Learner) -> OutputSums:
        parameters, inputs = learner.parameters.double(), self.moments.products[:, :-1, :-1]
        total = parameters @ inputs[:, -1].T
        squares = torch.einsum("kd,edf,kf->ke", parameters, inputs, parameters)
        return self.moments.counts, total.unsqueeze(-1), squares.unsqueeze(-1)

    def _found(self, learner: Learner, groups: Sequence[Group]) -> list[LinearSums]:
        return [LinearSums(learner.parameters[group.members], self.moments) for group in groups]
