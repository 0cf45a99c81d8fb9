"""The figures that a verdict rests on, from the rows of the training environments."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.estimates import OF_CLASS, means
from irm_core.diagnostics.heterogeneity import differing, judged
from irm_core.diagnostics.label import Label
from irm_core.diagnostics.moments import moments

SMALLEST_SPREAD = 0.05
"""What a standard deviation between environments must reach to matter, in pooled standard deviations."""

SQUARE = " squared"


@dataclass(frozen=True)
class Evidence:
    """What differs between environments.

    rows: by environment.
    slopes: (quantity, environment, estimate, standard_error), label on feature, both in standard deviations;
    OF_CLASS, and CHANGE in the label's own unit. Of three classes and more, per feature the worst of them.
    judged: of all features, as `heterogeneity` tells them, the widest spread first.
    unstable: those of them whose slope differs.
    directions: dimensions that the unstable features span; a feature given twice counts once.
    shifted: features whose mean or variance differs.
    label_shifts: the classes whose share differs, None standing for the mean of a label that is one number.
    scale_gradient: by environment, in standard errors (see `reference`).
    """

    rows: dict[str, int]
    slopes: pl.DataFrame
    judged: pl.DataFrame
    unstable: pl.DataFrame
    directions: int
    shifted: tuple[str, ...]
    label_shifts: tuple[str | None, ...]
    scale_gradient: dict[str, float]


def gather(environment: pl.Series, features: pl.DataFrame, label: Label) -> Evidence:
    """Weigh standardised features (one or more, nulls allowed) and a label that varies."""
    table = features.with_columns(environment.alias(ENVIRONMENT))
    found = label.slopes(features, environment)
    by_feature = worst(judged(found, SMALLEST_SPREAD))
    unstable = by_feature.filter("differs")
    return Evidence(
        rows=dict(table.group_by(ENVIRONMENT).len().sort(ENVIRONMENT).iter_rows()),
        slopes=found.join(
            by_feature, on=["quantity", OF_CLASS], how="semi", nulls_equal=True, maintain_order="left"
        ),
        judged=by_feature,
        unstable=unstable,
        directions=directions(features.select(unstable["quantity"].to_list())),
        shifted=shifted(table, features.columns),
        label_shifts=tuple(differing(label.shifts(environment), SMALLEST_SPREAD)[OF_CLASS]),
        scale_gradient=label.scale_gradient(features, environment),
    )


def worst(found: pl.DataFrame) -> pl.DataFrame:
    """Of each quantity the class that differs, of several that of the widest spread; in order of spread."""
    ordered = found.sort("differs", "spread", descending=True, maintain_order=True)
    kept = ordered.unique("quantity", keep="first", maintain_order=True)
    return kept.sort("spread", "quantity", descending=[True, False])


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
