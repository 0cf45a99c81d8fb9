"""Has IRMv1 anything to work on? The gradient of its penalty at a pooled linear model."""

import numpy as np
import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.moments import moments, pieces

CONSTANT, LABEL = "_constant", "_label"
RANK = 1e-10
"""Combinations of standardised features whose variance is below this share of the largest are constant."""


def scale_gradient(features: pl.DataFrame, label: pl.Series, environment: pl.Series) -> dict[str, float]:
    """Slope of each environment's risk along the scale of a pooled model, in standard errors.

    The model is least squares on all features at once, each environment weighing the same. Its outputs z and
    labels y give g = 2z(z − y), the derivative of the squared error of s·z at s = 1, whose mean is what IRMv1
    squares; here as mean / (sd / √n) by environment. Below 2 everywhere, IRMv1 has no signal to follow.
    It says nothing of Φ: a model that is not invariant can have none either (Khezeli et al. 2021).
    Environments of fewer than two rows, or without any spread of g, are left out.
    """
    design = features.with_columns(pl.lit(1.0).alias(CONSTANT), label.alias(LABEL))
    squares = moments(design, equal_weights(environment))
    coefficients = np.linalg.pinv(squares[:-1, :-1], rcond=RANK, hermitian=True) @ squares[:-1, -1]
    z = np.concatenate([row[:, :-1] @ coefficients for row in pieces(design)])
    return in_errors(2 * z * (z - label.to_numpy()), environment)


def equal_weights(environment: pl.Series) -> np.ndarray:
    """[N]: one over the rows of the environment."""
    return pl.DataFrame({"e": environment}).select(1 / pl.len().over("e")).to_series().to_numpy()


def in_errors(g: np.ndarray, environment: pl.Series) -> dict[str, float]:
    """The mean of g [N] in each environment, in standard errors of it."""
    found = (
        pl.DataFrame({ENVIRONMENT: environment, "g": g})
        .group_by(ENVIRONMENT)
        .agg(z=pl.col("g").mean() / (pl.col("g").std() / pl.len().sqrt()))
        .filter(pl.col("z").is_finite())
        .sort(ENVIRONMENT)
    )
    return dict(found.iter_rows())
