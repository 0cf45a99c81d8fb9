"""The slope of the label on every feature, in every environment, and whether they differ."""

import polars as pl

from irm_core.diagnostics.diagnosis import FeatureSlope
from irm_core.diagnostics.heterogeneity import heterogeneity


def feature_slopes(slopes: pl.DataFrame, label_spread: float) -> tuple[FeatureSlope, ...]:
    """All that could be estimated in two environments, the widest spread first.

    slopes: as `estimates.slopes` has them. label_spread: the label's standard deviation, in its own unit.
    """
    return tuple(
        FeatureSlope(
            feature=row["quantity"],
            by_environment=_in_units(slopes.filter(pl.col("quantity") == row["quantity"]), label_spread),
            q=row["q"],
            p=row["p"],
            i_squared=row["i_squared"],
            sign_flips=row["flips"],
        )
        for row in heterogeneity(slopes).iter_rows(named=True)
    )


def _in_units(of_feature: pl.DataFrame, label_spread: float) -> dict[str, float]:
    estimates = (of_feature["estimate"] * label_spread).to_list()
    return dict(zip(of_feature["environment"], estimates, strict=True))
