"""How much memory a program may still take, on a device."""

import os
from pathlib import Path

import torch

CGROUP = Path("/sys/fs/cgroup")
CONTROLS = (
    ("memory.max", "memory.current", "memory.stat", "inactive_file"),
    (
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "memory/memory.stat",
        "total_inactive_file",
    ),
)
"""Of control groups, version 2 and 1: limit, use, and how much of it are files that can be read again."""
MEMINFO = Path("/proc/meminfo")
RESIDENT = 0.5  # of the memory free: the rest is for models and what they remember


def available(device: torch.device) -> int:
    """Bytes free now: of a GPU, with what torch keeps of it unused; else of this machine or container."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + unused
    return min([machine(), *(found for one in CONTROLS if (found := container(*one)) is not None)])


def fits(size: int, device: torch.device) -> bool:
    """Whether tensors of so many bytes may stay on the device, beside all that training needs there."""
    return device.type != "cuda" or size <= RESIDENT * available(device)


def machine() -> int:
    """Bytes that Linux holds available without swapping; elsewhere all that the machine has."""
    if not MEMINFO.is_file():
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return int(_table(MEMINFO)["MemAvailable:"]) * 1024


def container(limit: str, used: str, statistics: str, files: str) -> int | None:
    """Bytes up to the limit of the control group; None if it has none."""
    if not (CGROUP / limit).is_file() or (CGROUP / limit).read_text().strip() == "max":
        return None
    again = int(_table(CGROUP / statistics)[files])
    return int((CGROUP / limit).read_text()) - int((CGROUP / used).read_text()) + again


def _table(file: Path) -> dict[str, str]:
    """Lines of a name, a number and perhaps a unit."""
    return {line.split()[0]: line.split()[1] for line in file.read_text().splitlines()}
