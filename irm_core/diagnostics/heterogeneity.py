"""Do estimates of one quantity differ between environments by more than their noise?"""

import numpy as np
import polars as pl
from scipy.stats import chi2

from irm_core.diagnostics.estimates import OF_CLASS


def heterogeneity(estimates: pl.DataFrame) -> pl.DataFrame:
    """Cochran's test per quantity of a frame (quantity, environment, estimate, standard_error).

    A column OF_CLASS tells quantities apart as `quantity` does.

    With w = 1/SE²:  Q = Σ w (b − b̄_w)² ~ χ² with E − 1 degrees of freedom if all are equal;
    I² = max(0, 1 − (E−1)/Q), the share of the variation that is not noise (Higgins & Thompson 2002);
    spread τ = √max(0, (Q − (E−1)) / (Σw − Σw²/Σw)), the standard deviation of the true values (DerSimonian &
    Laird 1986); flips: two environments have opposite signs, each at least two standard errors from zero.
    Quantities estimated in fewer than two environments are left out. Widest spread first.
    """
    keys = [name for name in ("quantity", OF_CLASS) if name in estimates.columns]
    b, error = pl.col("estimate"), pl.col("standard_error")
    w = error.pow(-2)
    pooled = (w * b).sum() / w.sum()
    table = (
        estimates.group_by(keys, maintain_order=True)
        .agg(
            degrees=pl.len().cast(pl.Int64) - 1,
            q=(w * (b - pooled).pow(2)).sum(),
            capacity=w.sum() - w.pow(2).sum() / w.sum(),
            flips=(b > 2 * error).any() & (b < -2 * error).any(),
        )
        .filter(pl.col("degrees") > 0)
    )
    p = chi2.sf(table["q"].to_numpy(), np.maximum(table["degrees"].to_numpy(), 1))
    excess = (pl.col("q") - pl.col("degrees")).clip(lower_bound=0)
    return table.select(
        *keys,
        "degrees",
        "q",
        pl.Series("p", p, dtype=pl.Float64),
        "flips",
        i_squared=pl.when(excess > 0).then(excess / pl.col("q")).otherwise(0.0),
        spread=(excess / pl.col("capacity")).sqrt(),
    ).sort("spread", *keys, descending=[True, *(False for _ in keys)])


def differing(estimates: pl.DataFrame, smallest_spread: float) -> pl.DataFrame:
    """The quantities that differ, as `judged` has it."""
    return judged(estimates, smallest_spread).filter("differs").drop("differs")


def judged(estimates: pl.DataFrame, smallest_spread: float, level: float = 0.05) -> pl.DataFrame:
    """With `differs`: p below `level` / the number of quantities (Bonferroni), and a spread that matters.

    With many rows every difference is significant; `smallest_spread`, in the unit of the estimates, is what
    is too small to matter.
    """
    table = heterogeneity(estimates)
    significant = pl.col("p") < level / max(table.height, 1)
    return table.with_columns(differs=significant & (pl.col("spread") >= smallest_spread))
