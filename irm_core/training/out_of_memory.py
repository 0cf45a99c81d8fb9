"""Running out of memory, on a device or in this process: told apart from other failures."""

import gc

import torch

from irm_core.errors import IrmflowError

SAID = ("can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")
"""In the message of a RuntimeError, which torch raises where the CPU or a library on the GPU has no more."""


class OutOfMemoryError(IrmflowError):
    """Something needs more memory than there is."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it would not have happened with more memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError | OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(one in str(error) for one in SAID)


def release() -> None:
    """Give back what nothing refers to any more, on the GPU too."""
    gc.collect()
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
