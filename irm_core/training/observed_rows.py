"""Rows as what is learnt from: any model, loss and objective."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from irm_core.objectives.law import Sums, Terms
from irm_core.objectives.losses import Loss
from irm_core.training.activations import MOST_ROWS
from irm_core.training.batches import Batch
from irm_core.training.distributed import add_over_processes
from irm_core.training.gradients import backward, summed
from irm_core.training.groups import Group
from irm_core.training.learner import Learner
from irm_core.training.observations import OutputSums


@dataclass(frozen=True)
class ObservedRows:
    """A batch, and the loss by which it is judged; `Observations` of this process and all others.

    rows_at_once: how many rows pass through all models at a time.
    """

    batch: Batch
    loss: Loss
    rows_at_once: int = MOST_ROWS

    def work(self, learner: Learner) -> float:
        return len(self.batch.membership.index) * learner.multiplications

    def backward(
        self, learner: Learner, groups: Sequence[Group], strength: Tensor
    ) -> tuple[Tensor, list[Terms]]:
        return backward(learner, self._pieces, groups, self.loss, strength)

    def sums(self, learner: Learner, groups: Sequence[Group]) -> list[Sums]:
        return summed(learner, self._pieces, groups, self.loss)[0]

    def output_sums(self, learner: Learner) -> OutputSums:
        pieces = [_output_sums(learner, piece) for piece in self._pieces]
        rows, total, squares = (torch.stack(parts).sum(0) for parts in zip(*pieces, strict=True))
        add_over_processes([rows, total, squares])
        return rows, total, squares

    @property
    def _pieces(self) -> list[Batch]:
        return self.batch.split(self.rows_at_once)


def _output_sums(learner: Learner, piece: Batch) -> OutputSums:
    outputs, membership = learner.forward(piece)[0].double(), piece.membership
    return membership.counts, membership.sums(outputs), membership.sums(outputs.square())
