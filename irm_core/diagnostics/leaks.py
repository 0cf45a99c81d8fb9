"""Features that alone all but tell the label: perhaps they are known only once the label is."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl
from sklearn.metrics import roc_auc_score

MOST_ROWS = 20_000
FEWEST_ROWS = 30  # with a value, below which any order may be chance
FEWEST_OF_CLASS = 5
ALL_BUT = 0.99


class Leak(NamedTuple):
    """association: at most 1, with the label, or with belonging to a class or not."""

    feature: str
    association: float
    of_class: str | None = None


def leaks(features: pl.DataFrame, label: pl.Series) -> dict[str, float]:
    """By feature, |Spearman's rank correlation| with a label of numbers, |2 AUC - 1| with one of 0 and 1.

    Of at most MOST_ROWS rows; only what is at least ALL_BUT. Rows without the feature are left out.
    """
    binary = label.n_unique() == 2
    found = {both.columns[0]: _association(both, binary) for both in _pairs(features, label)}
    return {name: one for name, one in found.items() if one >= ALL_BUT}


def class_leaks(features: pl.DataFrame, label: pl.Series) -> tuple[Leak, ...]:
    """The same for a label of more classes: |2 AUC - 1| for the class that the feature tells best."""
    found = [_of_best_class(both) for both in _pairs(features, label)]
    return tuple(one for one in found if one.association >= ALL_BUT)


_LABEL = "_label"


def _pairs(features: pl.DataFrame, label: pl.Series) -> Iterator[pl.DataFrame]:
    """Each feature beside the label, of the rows that are looked at and have both."""
    table = features.with_columns(label.alias(_LABEL))
    table = table.sample(min(len(table), MOST_ROWS), seed=0, shuffle=True)
    return (table.select(name, _LABEL).drop_nulls() for name in features.columns)


def _association(both: pl.DataFrame, binary: bool) -> float:
    values, label = both.to_series(0), both[_LABEL]
    if len(both) < FEWEST_ROWS or label.n_unique() < 2 or values.n_unique() < 2:
        return 0.0
    if binary:
        return abs(2 * float(roc_auc_score(label == label.max(), values)) - 1)
    return abs(float(both.select(pl.corr(values, label, method="spearman")).item()))


def _of_best_class(both: pl.DataFrame) -> Leak:
    """AUC = (R − m(m+1)/2) / (m(n−m)), R the sum of the ranks of a class of m rows: one ranking for all."""
    feature, m, n = both.columns[0], pl.col("m"), len(both)
    ranked = both.select(_LABEL, rank=pl.col(feature).rank("average"))
    classes = ranked.group_by(_LABEL).agg(m=pl.len(), sum=pl.col("rank").sum())
    enough = classes.filter((m >= FEWEST_OF_CLASS) & (n - m >= FEWEST_OF_CLASS)).sort(_LABEL)
    if n < FEWEST_ROWS or enough.is_empty():
        return Leak(feature, 0.0)
    area = (pl.col("sum") - m * (m + 1) / 2) / (m * (n - m))
    best = enough.select(_LABEL, association=(2 * area - 1).abs()).sort(
        "association", descending=True, maintain_order=True
    )
    return Leak(feature, best["association"][0], best[_LABEL].cast(pl.String)[0])
