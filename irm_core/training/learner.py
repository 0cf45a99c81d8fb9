"""K candidates behind one face: what the training loop sees of one model, or of a stack of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from irm_core.training.batches import Batch
from irm_core.training.models import Model
from irm_core.training.threads import multiplications

Forward = Callable[[Batch], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Learner:
    """K models of one architecture, with P trained parameters each.

    parameters: [K, P]. leaves: the models' own parameters, as they are computed with: views of it, so that
    optimizer, checkpoints and processes handle one tensor. module: what computes. buffers: of one model, what
    it changes besides. forward: outputs [K, N, C] and features [K, N, D] of a batch. multiplications: of one
    row through all K models.
    """

    parameters: Tensor
    leaves: list[Tensor]
    module: nn.Module
    buffers: list[Tensor]
    forward: Forward
    multiplications: float

    @contextmanager
    def judged(self) -> Iterator[None]:
        """As the models will be used: without dropout and the like, and without a graph."""
        self.module.eval()
        try:
            with torch.no_grad():
                yield
        finally:
            self.module.train()

    def gradient(self, of: Sequence[Tensor], along: Sequence[Tensor] | None = None) -> Tensor:
        """The gradient [K, P] of these tensors, along directions of their shapes if they are not scalars."""
        found = torch.autograd.grad(of, self.leaves, along, allow_unused=True, materialize_grads=True)
        return torch.cat([one.reshape(len(self.parameters), -1) for one in found], dim=1)


def learner_of(models: Sequence[Model], device: torch.device, precision: str = "float32") -> Learner:
    """The models, moved to the device, to be trained in place."""
    for model in models:
        model.to(device).train()
    rows = [nn.utils.parameters_to_vector(_trained(model).values()) for model in models]
    parameters = torch.stack(rows).detach()
    for model, values in zip(models, parameters, strict=True):
        for name, value in _views(values, model).items():
            model.get_parameter(name).data = value
    learner = _one(models[0], parameters) if len(models) == 1 else _many(models[0], parameters)
    return learner if precision == "float32" else _in_bfloat16(learner, device)


def _one(model: Model, parameters: Tensor) -> Learner:
    def forward(batch: Batch) -> tuple[Tensor, Tensor]:
        outputs, features = model.outputs_and_features(batch.inputs.to(parameters.device, non_blocking=True))
        return outputs.unsqueeze(0), features.unsqueeze(0)

    leaves: list[Tensor] = list(_trained(model).values())
    return Learner(parameters, leaves, model, list(model.buffers()), forward, multiplications(model))


def _many(model: Model, parameters: Tensor) -> Learner:
    leaves = {f"model.{name}": one.requires_grad_() for name, one in _views(parameters, model).items()}
    body = _OutputsAndFeatures(deepcopy(model))

    def of_one(values: dict[str, Tensor], inputs: Tensor) -> tuple[Tensor, Tensor]:
        return functional_call(body, values, (inputs,))

    shared, own = (vmap(of_one, in_dims=(0, where), randomness="different") for where in (None, 0))

    def forward(batch: Batch) -> tuple[Tensor, Tensor]:
        inputs = batch.inputs.to(parameters.device, non_blocking=True)
        return (shared if batch.shared else own)(leaves, inputs)

    work = len(parameters) * multiplications(model)
    return Learner(parameters, list(leaves.values()), body, [], forward, work)


def _in_bfloat16(learner: Learner, device: torch.device) -> Learner:
    """The same, with products in bfloat16 where torch holds that safe; outputs and features are float32.

    Sums over rows would lose digits in bfloat16, which has eight bits of them.
    """

    def forward(batch: Batch) -> tuple[Tensor, Tensor]:
        with torch.autocast(device.type, torch.bfloat16, cache_enabled=False):
            outputs, features = learner.forward(batch)
        return outputs.float(), features.float()

    return replace(learner, forward=forward)


class _OutputsAndFeatures(nn.Module):
    """`functional_call` calls a module: this one says the features too."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.outputs_and_features(inputs)


def _trained(model: Model) -> dict[str, nn.Parameter]:
    return {name: one for name, one in model.named_parameters() if one.requires_grad}


def _views(flat: Tensor, model: Model) -> dict[str, Tensor]:
    """[..., P] as the model's trained parameters, each [..., *shape]."""
    trained = _trained(model)
    pieces = flat.split([one.numel() for one in trained.values()], dim=-1)
    return {
        name: piece.view(*flat.shape[:-1], *one.shape)
        for (name, one), piece in zip(trained.items(), pieces, strict=True)
    }
