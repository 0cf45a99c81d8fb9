"""Sums over rows, a piece of them at a time: as one matrix they would be in memory once more."""

from collections.abc import Iterator

import numpy as np
import polars as pl

PIECE = 2**17
"""Rows at a time: few megabytes of a matrix, and too many for Python to cost anything."""


def pieces(columns: pl.DataFrame) -> Iterator[np.ndarray]:
    """Float64 [n, D], n ≤ PIECE, of numbers, in order; what is missing counts as 0."""
    for some in columns.iter_slices(PIECE):
        yield some.fill_null(0.0).to_numpy()


def parted(values: np.ndarray) -> list[np.ndarray]:
    """Values of rows, [N], in the same pieces."""
    return np.split(values, range(PIECE, len(values), PIECE))


def moments(columns: pl.DataFrame, weight: np.ndarray) -> np.ndarray:
    """Σ_i w_i x_i x_iᵀ, [D, D], over rows x_i with weights [N]."""
    found = np.zeros((columns.width, columns.width))
    for x, w in zip(pieces(columns), parted(weight), strict=True):
        found += (x.T * w) @ x
    return found
