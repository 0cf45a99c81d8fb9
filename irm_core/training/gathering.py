"""Rows of a large tensor, copied to where there is room for them."""

import torch
from torch import Tensor

from irm_core.data import allocation


def gathered(inputs: Tensor, rows: Tensor) -> Tensor:
    """`inputs[rows]`; on the CPU in memory or a file, as `allocation` has it."""
    if inputs.device.type != "cpu":
        return inputs[rows]
    array = allocation.empty((len(rows), *inputs.shape[1:]), inputs[:0].numpy().dtype)
    return torch.index_select(inputs, 0, rows, out=torch.from_numpy(array))
