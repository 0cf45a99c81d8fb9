"""How much memory a program may still take, on a device."""

import torch

from irm_core.data.free_memory import free_memory

RESIDENT = 0.5  # of the memory free: the rest is for models and what they remember


def available(device: torch.device) -> int:
    """Bytes free now: of a GPU, with what torch keeps of it unused; else of this machine or container."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + unused
    return free_memory()


def fits(size: int, device: torch.device) -> bool:
    """Whether tensors of so many bytes may stay on the device, beside all that training needs there."""
    return device.type != "cuda" or size <= RESIDENT * available(device)
