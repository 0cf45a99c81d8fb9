"""Rows laid out for other processes of this machine: arrays in files that all of them map."""

from pathlib import Path

import numpy as np

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data import store
from irm_core.data.rows import Rows, weights
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Published
from irm_core.data.writing import writing

ARRAYS = ("pixels", "embedded")


def lay_out(rows: Rows, folder: Path) -> None:
    """Write the arrays of the rows that their version does not have as such."""
    for name in ARRAYS:
        array = getattr(rows, name)
        if array is not None:
            with writing(f"{array.nbytes / 1e9:.1f} GB of {name}", folder):
                np.save(folder / f"{name}.npy", array)


def pick_up(published: Published, schema: ModelSchema, folder: Path) -> Rows:
    """The rows of the version, as they were laid out; features stay in their files until they are encoded."""
    unread = store.scan(published, [one.name for one in published.version.environments])
    kept = [ENVIRONMENT, VALIDATION, schema.label.name, *([schema.weight] if schema.weight else [])]
    frame = unread.select(*dict.fromkeys(kept)).collect()
    pixels, embedded = (_array(folder / f"{name}.npy") for name in ARRAYS)
    return Rows(frame, pixels, weights(frame, schema), embedded, unread)


def _array(file: Path) -> np.ndarray | None:
    """As it is in the file, page by page; what is changed in memory does not reach it."""
    return np.load(file, mmap_mode="c") if file.is_file() else None
