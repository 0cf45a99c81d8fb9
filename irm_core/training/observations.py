"""What K models learn from in a step, whatever form it has."""

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from irm_core.objectives.law import Sums, Terms
from irm_core.training.groups import Group
from irm_core.training.learner import Learner

OutputSums = tuple[Tensor, Tensor, Tensor]


class Observations(Protocol):
    """The rows of a step, or sums over them that are enough."""

    def work(self, learner: Learner) -> float:
        """How many multiplications the K models take."""

    def backward(
        self, learner: Learner, groups: Sequence[Group], strength: Tensor
    ) -> tuple[Tensor, list[Terms]]:
        """The gradient [K, P] of (risk + λ · penalty) / max(1, λ), λ being `strength`; each group's terms."""

    def sums(self, learner: Learner, groups: Sequence[Group]) -> list[Sums]:
        """What each group's objective needs, without a graph."""

    def output_sums(self, learner: Learner) -> OutputSums:
        """Per environment: rows [..., E], and sums of the outputs and of their squares [K, E, C], float64."""
