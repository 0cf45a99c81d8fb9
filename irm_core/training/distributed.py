"""Data-parallel training: processes that hold the same rows each compute with some of those of a step.

Nothing here does anything unless the caller has begun a `torch.distributed` process group, as torchrun has
scripts do. Sums are added up over the processes, so that the model is that of one process: of drawn rows too,
since all processes draw the same ones before they share them.
"""

from collections.abc import Sequence

import torch
import torch.distributed
from torch import Tensor

from irm_core.errors import IrmflowError


class LostError(IrmflowError):
    """Another process of the group is gone."""


def several_processes() -> bool:
    """Whether the caller has begun a process group."""
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def share() -> slice:
    """Which of some rows this process computes with: every n-th of n processes, so as many of everything."""
    if not several_processes():
        return slice(None)
    return slice(torch.distributed.get_rank(), None, torch.distributed.get_world_size())


def add_over_processes(tensors: Sequence[Tensor]) -> None:
    """Replace each tensor by its sum over all processes, in place and in one message, or raise LostError."""
    if not several_processes():
        return
    together = torch.cat([tensor.flatten() for tensor in tensors])
    try:
        torch.distributed.all_reduce(together)
    except RuntimeError as error:
        raise LostError("Another process that trains this model is gone.") from error
    for tensor, total in zip(tensors, together.split([one.numel() for one in tensors]), strict=True):
        tensor.copy_(total.view_as(tensor))
