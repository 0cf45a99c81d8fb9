"""Estimates with their standard errors, by environment, each in one pass over the rows.

The result is always a frame (quantity, environment, estimate, standard_error), in order of quantity, then of
environment. What cannot be estimated in an environment (too few rows, a constant) has no row.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from irm_core.contracts.names import ENVIRONMENT

OF_CLASS, CHANGE = "of_class", "change"
"""Further columns, of some frames: the class that the quantity is of; a slope in the label's own unit."""
SMALLEST_ERROR = 1e-6
"""Standard errors below this, in standard deviations, are rounding; zero would weigh infinitely."""


def means(frame: pl.DataFrame, quantities: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """The mean of each quantity of a row in each environment, and sd / √n."""
    structs = [
        pl.struct(estimate=x.mean(), standard_error=x.std() / x.count().sqrt()).alias(name)
        for name, x in quantities.items()
    ]
    wide = frame.group_by(ENVIRONMENT).agg(structs).sort(ENVIRONMENT)
    long = [
        wide.select(pl.lit(name).alias("quantity"), environment=ENVIRONMENT, found=name).unnest("found")
        for name in quantities
    ]
    return finite(pl.concat(long))


def slopes(frame: pl.DataFrame, columns: Sequence[str], label: str) -> pl.DataFrame:
    """The slope of the label on each column alone, in each environment, with its HC3 standard error.

    b_e = Σ(x−x̄)(y−ȳ) / Σ(x−x̄)²,  SE² = Σ (x−x̄)² (r / (1−h))² / (Σ(x−x̄)²)²,
    with residuals r and leverages h = 1/n + (x−x̄)²/Σ(x−x̄)². HC3 (Davidson & MacKinnon 1993) needs no equal
    variances, which 0/1 labels never have, and errs on the large side in small environments.
    """
    # One column at a time: together, they hold ten numbers for each of the table's.
    named = pl.Enum(frame[ENVIRONMENT].drop_nulls().unique().sort())  # compared in half the time of texts
    table = frame.with_columns(pl.col(ENVIRONMENT).cast(named))
    found = [_slope(table.select(ENVIRONMENT, x=name, y=label).drop_nulls(), name) for name in columns]
    return finite(pl.concat(found))


def _slope(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    x, y, n = pl.col("x"), pl.col("y"), pl.len()
    centred = rows.with_columns(pl.col("x", "y") - pl.col("x", "y").mean().over(ENVIRONMENT))
    sums = centred.group_by(ENVIRONMENT).agg(n=n, total=x.pow(2).sum(), crossed=(x * y).sum())
    total, slope = pl.col("total"), pl.col("crossed") / pl.col("total")
    leverage = 1 / pl.col("n") + x.pow(2) / total
    inflated = (y - slope * x) / (1 - leverage)
    told = centred.join(sums, on=ENVIRONMENT).select(
        ENVIRONMENT, "n", "total", slope=slope, leverage=leverage, square=(x * inflated).pow(2)
    )
    error = pl.col("square").sum().sqrt() / total.first()
    # a row of leverage 1 decides the slope alone, and leaves no residual to judge it by
    estimable = (total.first() > SMALLEST_ERROR**2 * n) & (pl.col("leverage").max() < 1 - SMALLEST_ERROR)
    by_environment = told.group_by(ENVIRONMENT).agg(
        estimate=pl.col("slope").first(), standard_error=pl.when(estimable).then(error)
    )
    return by_environment.sort(ENVIRONMENT).select(
        pl.lit(name).alias("quantity"),
        pl.col(ENVIRONMENT).cast(pl.String).alias("environment"),
        "estimate",
        "standard_error",
    )


def finite(found: pl.DataFrame) -> pl.DataFrame:
    """Without what could not be estimated, and with no error that is but rounding."""
    error = pl.col("standard_error").clip(lower_bound=SMALLEST_ERROR)
    return found.with_columns(error).filter(pl.col("standard_error").is_finite())
