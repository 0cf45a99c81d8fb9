"""K candidates behind one face: what the training loop sees of one model, or of a stack of them."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from irm_core.training.batches import Batch
from irm_core.training.models import Model

Forward = Callable[[Batch], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Learner:
    """K models with P parameters each.

    parameters, gradient: [K, P]; what the models compute with are views of them, so that clipping, optimizer,
    checkpoints and processes handle one tensor. forward: outputs [K, N, C] and features [K, N, D] of a batch.
    """

    parameters: Tensor
    gradient: Tensor
    forward: Forward

    @property
    def device(self) -> torch.device:
        return self.parameters.device


def alone(model: Model, device: torch.device) -> Learner:
    """One model, trained in place: K is 1."""
    model.to(device).train()
    own = [one for one in model.parameters() if one.requires_grad]
    parameters = torch.cat([one.detach().flatten() for one in own]).unsqueeze(0)
    gradient = torch.zeros_like(parameters)
    for one, value, slope in zip(own, _views(parameters, own), _views(gradient, own), strict=True):
        one.data, one.grad = value.squeeze(0), slope.squeeze(0)

    def forward(batch: Batch) -> tuple[Tensor, Tensor]:
        outputs, features = model.outputs_and_features(batch.inputs)
        return outputs.unsqueeze(0), features.unsqueeze(0)

    return Learner(parameters, gradient, forward)


def stack(models: Sequence[Model], device: torch.device) -> Learner:
    """K models of one architecture as one tensor program. `unstack` gives them back what was learnt."""
    first = dict(models[0].named_parameters())
    shapes = list(first.values())
    rows = [torch.cat([one.detach().flatten() for one in model.parameters()]) for model in models]
    parameters = torch.stack(rows).to(device)
    gradient = torch.zeros_like(parameters)
    own = dict(zip(first, _views(parameters, shapes), strict=True))
    for one, slope in zip(own.values(), _views(gradient, shapes), strict=True):
        one.requires_grad_()
        one.grad = slope
    body = _OutputsAndFeatures(deepcopy(models[0]).to(device).train())

    def forward(batch: Batch) -> tuple[Tensor, Tensor]:
        return vmap(
            lambda values, inputs: functional_call(body, values, (inputs,)),
            in_dims=(0, None if batch.shared else 0),
            randomness="different",
        )({f"model.{name}": one for name, one in own.items()}, batch.inputs)

    return Learner(parameters, gradient, forward)


@torch.no_grad()
def unstack(learner: Learner, models: Sequence[Model]) -> None:
    """Copy each row of a stack's parameters into its model."""
    for row, model in zip(learner.parameters, models, strict=True):
        model.to(learner.device)
        nn.utils.vector_to_parameters(row.clone(), model.parameters())


class _OutputsAndFeatures(nn.Module):
    """`functional_call` calls a module: this one says its features too."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.outputs_and_features(inputs)


def _views(flat: Tensor, like: Sequence[Tensor]) -> list[Tensor]:
    """[K, P] as views of the shapes [K, *shape]."""
    pieces = flat.split([one.numel() for one in like], dim=1)
    return [piece.view(-1, *one.shape) for piece, one in zip(pieces, like, strict=True)]
