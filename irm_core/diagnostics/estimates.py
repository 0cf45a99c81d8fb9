"""Estimates with their standard errors, by environment, each in one pass over the rows.

The result is always a frame (quantity, environment, estimate, standard_error), in order of quantity, then of
environment. What cannot be estimated in an environment (too few rows, a constant) has no row.
"""

from collections.abc import Sequence

import polars as pl

from irm_core.contracts.names import ENVIRONMENT

SMALLEST_ERROR = 1e-6
"""Standard errors below this, in standard deviations, are rounding; zero would weigh infinitely."""


def means(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The mean of each column in each environment, and sd / √n."""
    found = [pl.col(name).drop_nulls() for name in columns]
    return _long(frame, columns, [(x.mean(), x.std() / x.len().sqrt()) for x in found])


def slopes(frame: pl.DataFrame, columns: Sequence[str], label: str) -> pl.DataFrame:
    """The slope of the label on each column alone, in each environment, with its HC3 standard error.

    b_e = Σ(x−x̄)(y−ȳ) / Σ(x−x̄)²,  SE² = Σ (x−x̄)² (r / (1−h))² / (Σ(x−x̄)²)²,
    with residuals r and leverages h = 1/n + (x−x̄)²/Σ(x−x̄)². HC3 (Davidson & MacKinnon 1993) needs no equal
    variances, which 0/1 labels never have, and errs on the large side in small environments.
    """
    return _long(frame, columns, [_slope(pl.col(name), pl.col(label)) for name in columns])


def _slope(column: pl.Expr, label: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    both = column.is_not_null() & label.is_not_null()
    x = column.filter(both) - column.filter(both).mean()
    y = label.filter(both) - label.filter(both).mean()
    total = x.pow(2).sum()
    slope = (x * y).sum() / total
    leverage = 1 / x.len() + x.pow(2) / total
    inflated = (y - slope * x) / (1 - leverage)
    error = (x.pow(2) * inflated.pow(2)).sum().sqrt() / total
    # a row of leverage 1 decides the slope alone, and leaves no residual to judge it by
    estimable = (total > SMALLEST_ERROR**2 * x.len()) & (leverage.max() < 1 - SMALLEST_ERROR)
    return slope, pl.when(estimable).then(error)


def _long(
    frame: pl.DataFrame, columns: Sequence[str], estimates: Sequence[tuple[pl.Expr, pl.Expr]]
) -> pl.DataFrame:
    structs = [
        pl.struct(estimate=estimate, standard_error=error.clip(lower_bound=SMALLEST_ERROR)).alias(name)
        for name, (estimate, error) in zip(columns, estimates, strict=True)
    ]
    wide = frame.group_by(ENVIRONMENT).agg(structs).sort(ENVIRONMENT)
    long = [
        wide.select(pl.lit(name).alias("quantity"), environment=ENVIRONMENT, found=name).unnest("found")
        for name in columns
    ]
    return pl.concat(long).filter(pl.col("standard_error").is_finite())
