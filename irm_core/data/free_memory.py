"""How much memory this machine, or this container, may still give."""

import os
from pathlib import Path

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
BESIDE = "IRMFLOW_PROCESSES"
"""Environment variable: how many processes, this one among them, share the memory; one if it is not set."""


def free_memory() -> int:
    """Bytes free now, of which this process may think as its own."""
    free = min([machine(), *(found for one in CONTROLS if (found := container(*one)) is not None)])
    return free // int(os.environ.get(BESIDE, "1"))


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
