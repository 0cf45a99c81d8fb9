"""K candidates behind one face: what the training loop sees of one model, or of a stack of them."""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from irm_core.training.batches import Batch
from irm_core.training.models import Model


class Learner(Protocol):
    """Models whose parameters, outputs and features all lead with K."""

    parameters: list[Tensor]
    device: torch.device

    def __call__(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Outputs [K, N, C] and features [K, N, D]."""
        ...

    def gradients(self) -> list[Tensor]:
        """The parameters' gradients, each [K, ...], to be changed in place."""
        ...


class Alone:
    """One model: K is 1."""

    def __init__(self, model: Model, device: torch.device) -> None:
        self.model = model.to(device).train()
        self.device = device
        self.parameters: list[Tensor] = list(model.parameters())

    def __call__(self, batch: Batch) -> tuple[Tensor, Tensor]:
        outputs, features = self.model.outputs_and_features(batch.inputs)
        return outputs.unsqueeze(0), features.unsqueeze(0)

    def gradients(self) -> list[Tensor]:
        return [one.grad.unsqueeze(0) for one in self.parameters if one.grad is not None]


def clip(gradients: Sequence[Tensor], longest: float) -> None:
    """Scale each candidate's gradient, in place, to a norm of at most `longest`."""
    norms = torch.stack([one.flatten(1).norm(dim=1) for one in gradients]).norm(dim=0)
    factors = (longest / norms).clamp_max(1)
    for one in gradients:
        one.mul_(factors.view(-1, *[1] * (one.ndim - 1)))
