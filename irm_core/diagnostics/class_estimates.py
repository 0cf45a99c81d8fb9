"""Estimates of a label of classes, each class against the rest: all classes by the same sums over rows.

The result is a frame as in `estimates`, with the class in a column OF_CLASS, in standard deviations over all
rows of being 1 for the class and else 0. What too few rows of the class, or of the rest, tell has no row.
"""

from collections.abc import Sequence

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.estimates import OF_CLASS, SMALLEST_ERROR, finite

FEWEST = 10
"""Rows of a class, and of the rest, in an environment; of fewer, a standard error says little."""


def spreads(label: pl.Series) -> pl.DataFrame:
    """(of_class, share, deviation): how often each class is, and the standard deviation √(p(1−p)) of that."""
    counts = label.drop_nulls().value_counts(name="rows").rename({label.name: OF_CLASS}).sort(OF_CLASS)
    n, share = pl.col("rows").sum(), pl.col("rows") / pl.col("rows").sum()
    return counts.select(OF_CLASS, share=share, deviation=(share * (1 - share) * n / (n - 1)).sqrt())


def shares(environment: pl.Series, label: pl.Series) -> pl.DataFrame:
    """How often each class is in each environment: (p_e − p) / √(p(1−p)), with the error 1 / √n_e.

    That error holds where all environments are alike, which makes Cochran's Q Pearson's χ² of the counts; the
    error of p_e itself is 0 where a class is absent.
    """
    rows = pl.DataFrame({"environment": environment, OF_CLASS: label.alias(OF_CLASS)}).drop_nulls()
    sizes = rows.group_by("environment").agg(n=pl.len())
    counts = rows.group_by("environment", OF_CLASS).agg(rows=pl.len())
    table = sizes.join(spreads(label), how="cross").join(counts, on=["environment", OF_CLASS], how="left")
    n, share = pl.col("n"), pl.col("share")
    enough = table.filter((n * share >= FEWEST) & (n * (1 - share) >= FEWEST))
    found = enough.select(
        pl.lit("share").alias("quantity"),
        pl.col(OF_CLASS).cast(pl.String),
        "environment",
        estimate=(pl.col("rows").fill_null(0) / n - share) / pl.col("deviation"),
        standard_error=1 / n.sqrt(),
    )
    return finite(found.sort(OF_CLASS, "environment"))


def class_slopes(frame: pl.DataFrame, columns: Sequence[str], label: str) -> pl.DataFrame:
    """For each class, as `estimates.slopes`, the slopes of a label that is 1 for the class and else 0.

    With x centred in the environment, leverages h, p the share of the class and T = Σx²: b = Σ_class x / T.
    A residual is 1 − p − bx or −p − bx, so that HC3's Σ w r², w = (x / (1−h))², is
    p²Σw + (1−2p)Σ_class w − 2b(Σ_class wx − pΣwx) + b²Σwx²: sums over the rows of each class once serve all.
    The error is at least that of ordinary least squares: where x and the class are rare and never meet, all
    residuals there are 0, and HC3 would be sure of chance.
    """
    table = frame.with_columns(
        pl.col(ENVIRONMENT).cast(pl.Enum(frame[ENVIRONMENT].drop_nulls().unique().sort()))
    )
    spread = spreads(frame[label])
    # One column at a time: together, they hold ten numbers for each of the table's.
    found = [
        _slopes(table.select(ENVIRONMENT, x=name, of_class=label).drop_nulls(), spread).select(
            pl.lit(name).alias("quantity"), OF_CLASS, "environment", "estimate", "standard_error"
        )
        for name in columns
    ]
    return finite(pl.concat(found))


def _slopes(rows: pl.DataFrame, spread: pl.DataFrame) -> pl.DataFrame:
    sums = _sums(rows).join(spread.select(OF_CLASS, "deviation"), on=OF_CLASS)
    n, total, deviation, few = pl.col("n"), pl.col("total"), pl.col("deviation"), pl.col("rows")
    share, slope = few / n, pl.col("x") / total
    robust = (
        share.pow(2) * _whole("w")
        + (1 - 2 * share) * pl.col("w")
        - 2 * slope * (pl.col("wx") - share * _whole("wx"))
        + slope.pow(2) * _whole("wxx")
    )
    # a row of leverage 1 decides the slope alone, and leaves no residual to judge it by
    by_leverage = pl.col("leverage").max().over(ENVIRONMENT) < 1 - SMALLEST_ERROR
    estimable = (total > SMALLEST_ERROR**2 * n) & by_leverage & (few >= FEWEST) & (n - few >= FEWEST)
    equal = (n * share * (1 - share) - slope.pow(2) * total) / (n - 2) * total
    # a perfect fit can round to less than nothing
    error = pl.max_horizontal(robust, equal).clip(lower_bound=0).sqrt() / total
    return sums.sort(OF_CLASS, ENVIRONMENT).select(
        pl.col(OF_CLASS).cast(pl.String),
        pl.col(ENVIRONMENT).cast(pl.String).alias("environment"),
        estimate=slope / deviation,
        standard_error=pl.when(estimable).then(error / deviation),
    )


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    """By environment and class: rows, Σx, Σw, Σwx, Σwx², the largest leverage; n and T of the environment."""
    x = pl.col("x")
    centred = rows.with_columns(x - x.mean().over(ENVIRONMENT))
    whole = centred.group_by(ENVIRONMENT).agg(n=pl.len(), total=x.pow(2).sum())
    weighed = centred.join(whole, on=ENVIRONMENT).with_columns(
        leverage=1 / pl.col("n") + x.pow(2) / pl.col("total")
    )
    w = pl.col("w")
    return (
        weighed.with_columns(w=(x / (1 - pl.col("leverage"))).pow(2))
        .group_by(ENVIRONMENT, OF_CLASS)
        .agg(
            pl.col("n", "total").first(),
            pl.col("leverage").max(),
            pl.col("x").sum(),
            w.sum(),
            rows=pl.len(),
            wx=(w * x).sum(),
            wxx=(w * x.pow(2)).sum(),
        )
    )


def _whole(name: str) -> pl.Expr:
    """Over all classes of the environment. Where one is absent, it adds nothing."""
    return pl.col(name).sum().over(ENVIRONMENT)
