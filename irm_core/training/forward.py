"""A trained model's outputs, without a graph."""

import torch
from torch import Tensor, nn

from irm_core.training.activations import rows_at_once
from irm_core.training.threads import multiplications, threads_for


@torch.inference_mode()
def outputs(model: nn.Module, inputs: Tensor, rows: int = 8192) -> Tensor:
    """Outputs [N, C] of `inputs` [N, ...], `rows` at a time or as memory allows, on the device of the model.

    The model's mode, training or not, is left as it was.
    """
    device, training = next(model.parameters()).device, model.training
    if inputs.ndim > 2:  # so many rows of a table always fit
        rows = min(rows, rows_at_once(model, inputs))
    model.eval()
    with threads_for(min(rows, len(inputs)) * multiplications(model)):
        found = torch.cat([model(chunk.to(device)) for chunk in inputs.split(rows)])
    model.train(training)
    return found
