"""A trained model's outputs, without a graph."""

import torch
from torch import Tensor, nn


@torch.inference_mode()
def outputs(model: nn.Module, inputs: Tensor, rows: int = 8192) -> Tensor:
    """Outputs [N, C] of `inputs` [N, ...], `rows` at a time, on the device of the model."""
    device = next(model.parameters()).device
    model.eval()
    return torch.cat([model(chunk.to(device)) for chunk in inputs.split(rows)])
