"""Data-parallel training: each process holds some of the rows, and sums are added up over the processes.

Nothing here does anything unless the caller has begun a `torch.distributed` process group (as torchrun
scripts do). With all rows in every step, the model is that of one process. With drawn rows each process draws
from its own, so that an environment's rows should be dealt out evenly.
"""

from collections.abc import Sequence

import torch
import torch.distributed
from torch import Tensor


def several_processes() -> bool:
    """Whether the caller has begun a process group."""
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def add_over_processes(tensors: Sequence[Tensor]) -> None:
    """Replace each tensor by its sum over all processes, in place, in one message."""
    if not several_processes():
        return
    together = torch.cat([tensor.flatten() for tensor in tensors])
    torch.distributed.all_reduce(together)
    for tensor, total in zip(tensors, together.split([one.numel() for one in tensors]), strict=True):
        tensor.copy_(total.view_as(tensor))
