"""The slope of the label on every feature, in every environment, and whether they differ."""

import polars as pl

from irm_core.diagnostics.diagnosis import FeatureSlope
from irm_core.diagnostics.estimates import CHANGE, OF_CLASS


def feature_slopes(slopes: pl.DataFrame, judged: pl.DataFrame) -> tuple[FeatureSlope, ...]:
    """All that could be estimated in two environments, the widest spread first; see `Evidence`."""
    return tuple(
        FeatureSlope(
            feature=row["quantity"],
            of_class=row[OF_CLASS],
            by_environment=_by_environment(slopes.filter(pl.col("quantity") == row["quantity"])),
            q=row["q"],
            p=row["p"],
            i_squared=row["i_squared"],
            sign_flips=row["flips"],
        )
        for row in judged.iter_rows(named=True)
    )


def _by_environment(of_feature: pl.DataFrame) -> dict[str, float]:
    return dict(of_feature.select("environment", CHANGE).iter_rows())
