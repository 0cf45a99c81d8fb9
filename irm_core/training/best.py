"""The best weights that K candidates had so far, and for how long they have not become better."""

from dataclasses import dataclass

import torch
from torch import Tensor

from irm_core.training.learner import Learner


@dataclass(frozen=True)
class Best:
    """Copies of weights, and when they were made; all of it changes in place.

    parameters [K, P], and buffers (of one model): the copies. value [K]: lowest so far, infinite before the
    first. step [K]: when that was, 0 before the first. waited [K]: how many values since then were no lower.
    stopped [K]: the step at which a candidate stopped, 0 before. patience: how many it waits.
    """

    patience: int
    parameters: Tensor
    buffers: list[Tensor]
    value: Tensor
    step: Tensor
    waited: Tensor
    stopped: Tensor

    def compare(self, learner: Learner, value: Tensor, step: int, candidates: Tensor) -> None:
        """Keep the weights of those `candidates` (bool [K]) whose `value` [K] is the lowest so far."""
        better = candidates & (value < self.value)  # a value that is not a number is no better
        self.value.copy_(value.where(better, self.value))
        self.step.masked_fill_(better, step)
        self.waited.add_(candidates.long()).masked_fill_(better, 0)
        self._copy(learner, better, back=False)

    def put_back(self, learner: Learner, candidates: Tensor) -> None:
        """Give `candidates` (bool [K]) their best weights again, where there are any."""
        self._copy(learner, candidates & (self.step > 0), back=True)

    def _copy(self, learner: Learner, candidates: Tensor, *, back: bool) -> None:
        pairs = [(self.parameters, learner.parameters), *zip(self.buffers, learner.buffers, strict=True)]
        for kept, present in pairs:
            source, target = (kept, present) if back else (present, kept)
            whose = candidates.unsqueeze(1) if present is learner.parameters else candidates[0]
            target.copy_(source.where(whose, target))

    def tensors(self) -> dict[str, Tensor]:
        """Everything, by name."""
        of_candidates = {name: getattr(self, name) for name in ("value", "step", "waited", "stopped")}
        buffers = {f"buffer {index}": one for index, one in enumerate(self.buffers)}
        return {"parameters": self.parameters, **of_candidates, **buffers}


def no_best(learner: Learner, patience: int) -> Best:
    """Before the first comparison."""
    zeros = torch.zeros(len(learner.parameters), dtype=torch.long, device=learner.parameters.device)
    return Best(
        patience,
        learner.parameters.clone(),
        [one.clone() for one in learner.buffers],
        torch.full_like(zeros, torch.inf, dtype=learner.parameters.dtype),
        zeros,
        zeros.clone(),
        zeros.clone(),
    )
