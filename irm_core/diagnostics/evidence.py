"""The figures that a verdict rests on, from the rows of the training environments."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.estimates import means, slopes
from irm_core.diagnostics.heterogeneity import differing
from irm_core.diagnostics.moments import moments
from irm_core.diagnostics.numeric import standardised
from irm_core.diagnostics.reference import scale_gradient

SMALLEST_SPREAD = 0.05
"""What a standard deviation between environments must reach to matter, in pooled standard deviations."""

LABEL = "_label"
SQUARE = " squared"


@dataclass(frozen=True)
class Evidence:
    """What differs between environments.

    rows: by environment.
    slopes: (quantity, environment, estimate, standard_error), label on feature, both in standard deviations.
    unstable: the features whose slope differs, as `heterogeneity` tells them, the widest spread first.
    directions: dimensions that the unstable features span; a feature given twice counts once.
    shifted: features whose mean or variance differs.
    label_shifts: whether the label's mean differs.
    label_spread: standard deviation of the label, in its own unit.
    scale_gradient: by environment, in standard errors (see `reference`).
    """

    rows: dict[str, int]
    slopes: pl.DataFrame
    unstable: pl.DataFrame
    directions: int
    shifted: tuple[str, ...]
    label_shifts: bool
    label_spread: float
    scale_gradient: dict[str, float]


def gather(environment: pl.Series, features: pl.DataFrame, label: pl.Series) -> Evidence:
    """Weigh standardised features (one or more, nulls allowed) and a label of numbers that vary."""
    names = features.columns
    y = standardised(label.alias(LABEL).to_frame())[LABEL]
    table = features.with_columns(y, environment.alias(ENVIRONMENT))
    found = slopes(table, names, LABEL)
    unstable = differing(found, SMALLEST_SPREAD)
    return Evidence(
        rows=dict(table.group_by(ENVIRONMENT).len().sort(ENVIRONMENT).iter_rows()),
        slopes=found,
        unstable=unstable,
        directions=directions(features.select(unstable["quantity"].to_list())),
        shifted=shifted(table, names),
        label_shifts=not differing(means(table, {LABEL: pl.col(LABEL)}), SMALLEST_SPREAD).is_empty(),
        label_spread=float(label.std()),  # type: ignore[arg-type]
        scale_gradient=scale_gradient(features, y, environment),
    )


def directions(features: pl.DataFrame) -> int:
    """The rank of standardised columns; what is missing counts as the mean."""
    if features.is_empty():
        return 0
    correlations = moments(features, np.full(features.height, 1 / features.height))
    return int(np.linalg.matrix_rank(correlations, tol=1e-6, hermitian=True))


def shifted(table: pl.DataFrame, features: Sequence[str]) -> tuple[str, ...]:
    """The standardised features whose mean or mean square differs between environments, in their order."""
    values = {name: pl.col(name) for name in features}
    squares = {name + SQUARE: pl.col(name).pow(2) for name in features}
    found = differing(means(table, values | squares), SMALLEST_SPREAD)["quantity"].to_list()
    return tuple(name for name in features if name in found or name + SQUARE in found)
