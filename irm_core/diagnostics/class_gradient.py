"""The gradient of IRMv1's penalty at a pooled linear model of classes, of one output each."""

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from irm_core.diagnostics.moments import moments, parted, pieces
from irm_core.diagnostics.reference import CONSTANT, RANK, equal_weights, in_errors


def class_gradient(features: pl.DataFrame, label: pl.Series, environment: pl.Series) -> dict[str, float]:
    """As `reference.scale_gradient`, for C outputs z_c that are fitted to y_c: 1 or 0, less its mean m_c.

    g = Σ_c 2 z_c (z_c − y_c). With z = Bᵀx, Σ z_c² = xᵀBBᵀx and Σ z_c y_c = x·(B_class − Bm): there is no
    matrix of rows by classes. label: an Enum [N], nothing missing.
    """
    codes = label.to_physical().to_numpy()
    design = features.with_columns(pl.lit(1.0).alias(CONSTANT))
    weight = equal_weights(environment)
    crossed = _crossed(design, codes, weight)
    means = np.bincount(codes, minlength=crossed.shape[1]) / len(codes)
    targets = crossed - np.outer(crossed.sum(1), means)
    B = np.linalg.pinv(moments(design, weight), rcond=RANK, hermitian=True) @ targets
    own = (B - (B @ means)[:, None]).T
    g = [
        2 * ((x @ (B @ B.T) - own[some]) * x).sum(1)
        for x, some in zip(pieces(design), parted(codes), strict=True)
    ]
    return in_errors(np.concatenate(g), environment)


def _crossed(design: pl.DataFrame, codes: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Σ w x over the rows of each class, [D, C]."""
    count = int(codes.max()) + 1
    found = np.zeros((count, design.width))
    for x, some, w in zip(pieces(design), parted(codes), parted(weight), strict=True):
        found += csr_matrix((w, some, np.arange(len(x) + 1)), (len(x), count)).T @ x
    return found.T
