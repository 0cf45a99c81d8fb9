"""How much of a hold-out lies outside what training sees: there a model extrapolates."""

from collections.abc import Collection, Sequence

import polars as pl

from irm_core.contracts.names import ENVIRONMENT

TAIL = 0.001
"""Share of training rows beyond each bound of a number, so that one odd row does not stretch the range."""


def novelty(frame: pl.DataFrame, features: Sequence[str], hold_out: Collection[str]) -> dict[str, float]:
    """Per hold-out, the share of its rows with a number out of training's range, or a text it does not have.

    Labels are not looked at. Missing values are not novel.
    """
    if not hold_out:
        return {}
    held = pl.col(ENVIRONMENT).is_in(list(hold_out))
    training = frame.filter(~held)
    if training.is_empty() or not features:
        return {}
    novel = pl.any_horizontal(_outside(training[name]) for name in features).fill_null(False)
    shares = frame.filter(held).group_by(ENVIRONMENT).agg(novel.mean()).sort(ENVIRONMENT)
    return dict(shares.iter_rows())


def _outside(seen: pl.Series) -> pl.Expr:
    values = pl.col(seen.name)
    if seen.null_count() == len(seen):
        return values.is_not_null()
    if seen.dtype == pl.String:
        return ~values.is_in(seen.unique().drop_nulls().to_list())
    if seen.dtype.is_temporal() or seen.dtype == pl.Boolean:
        return (values < seen.min()) | (values > seen.max())
    low, high = seen.quantile(TAIL), seen.quantile(1 - TAIL)
    return (values < low) | (values > high)
