"""What a model remembers of each row on its way forward, and how many rows may pass at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.func import functional_call

from irm_core.training.memory import available

MOST_ROWS = 262_144  # of all candidates together: more are no faster
MOST_BYTES = {"cpu": 2**30, "cuda": 2**34}  # that they remember, and with it the gradients on the way back
SHARE = 0.25  # of the memory available: other things need some, and what is measured is not all


def rows_at_once(model: nn.Module, inputs: Tensor, candidates: int = 1) -> int:
    """How many rows like `inputs` [N, ...] may pass through so many models like `model`; at least one.

    A power of two where memory decides, so that pieces, and with them rounding, do not change with every byte
    that other programs take.
    """
    fit = int(activation_bytes(next(model.parameters()).device) // (candidates * row_bytes(model, inputs)))
    return max(1, min(MOST_ROWS // candidates, 2 ** fit.bit_length() // 2))


def activation_bytes(device: torch.device) -> float:
    """How much memory the activations of all candidates may take."""
    return min(MOST_BYTES[device.type], SHARE * available(device))


@torch.inference_mode(mode=False)
@torch.enable_grad()
def row_bytes(model: nn.Module, inputs: Tensor) -> int:
    """What the graph of one row like those of `inputs` [N, ...] holds, and as much again for the way back.

    Counted on two rows of zeros, as if all parameters were trained: without a graph less is needed.
    """
    parameters = {name: one.detach().requires_grad_() for name, one in model.named_parameters()}
    rows = inputs.new_zeros(2, *inputs.shape[1:]).to(next(model.parameters()).device)
    held = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        held[storage.data_ptr()] = storage.nbytes()
        return tensor

    with _judged(model), torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        outputs = functional_call(model, parameters, (rows,))
    for one in parameters.values():
        held.pop(one.untyped_storage().data_ptr(), None)
    return max(1, sum(held.values())) + outputs[0].nbytes


@contextmanager
def _judged(model: nn.Module) -> Iterator[None]:
    """Without dropout, which would draw random numbers, and running statistics, which would change."""
    training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(training)
