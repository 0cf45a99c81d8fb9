"""Arrays: in memory, or, where they would take too much of it, in a file that is read like memory."""

import os
import tempfile
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ByteSize, TypeAdapter, ValidationError

from irm_core.data.free_memory import free_memory
from irm_core.data.writing import writing
from irm_core.errors import UsageError

SHARE = 0.25
"""Of the memory free, what one array may take if BUDGET does not say."""
BUDGET = "IRMFLOW_MEMORY"
"""Environment variable: what one array may take in memory, as in 4GB."""
SCRATCH = "IRMFLOW_SCRATCH"
"""Environment variable: the folder of the files; that for temporary files if it is not set."""


def empty(shape: Sequence[int], dtype: Any = np.float32) -> np.ndarray:
    """An array of whatever values, row by row.

    Its file has no name, so that it is gone with the array, however the process ends. Raises IrmflowError
    where the disk has no room for it: all of it is taken now, not found missing on the way.
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    if not size or in_memory(size):
        return np.empty(shape, dtype)
    folder = Path(os.environ.get(SCRATCH) or tempfile.gettempdir())
    with writing(f"A table of {size / 1e6:,.0f} MB", folder), _unnamed(folder) as file:
        os.posix_fallocate(file.fileno(), 0, size)
        return np.memmap(file, dtype, "r+", shape=tuple(shape))


def in_memory(size: int) -> bool:
    """Whether an array of so many bytes may stay in memory. Raises UsageError where BUDGET is no size."""
    stated = os.environ.get(BUDGET)
    if not stated:
        return size <= SHARE * free_memory()
    try:
        return size <= TypeAdapter(ByteSize).validate_python(stated)
    except ValidationError as error:
        raise UsageError(f"{BUDGET} is a size, such as 4GB or 500MB, not {stated!r}.") from error


def _unnamed(folder: Path) -> Any:
    return tempfile.TemporaryFile(dir=folder, prefix="irmflow-")
