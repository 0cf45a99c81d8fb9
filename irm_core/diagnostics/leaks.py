"""Features that alone all but tell the label: perhaps they are known only once the label is."""

import polars as pl
from sklearn.metrics import roc_auc_score

MOST_ROWS = 20_000
FEWEST_ROWS = 30  # with a value, below which any order may be chance
ALL_BUT = 0.99


def leaks(features: pl.DataFrame, label: pl.Series) -> dict[str, float]:
    """By feature, |Spearman's rank correlation| with a label of numbers, |2 AUC - 1| with one of 0 and 1.

    Of at most MOST_ROWS rows; only what is at least ALL_BUT. Rows without the feature are left out.
    """
    table = features.with_columns(label.alias(_LABEL))
    table = table.sample(min(len(table), MOST_ROWS), seed=0, shuffle=True)
    binary = label.n_unique() == 2
    found = {name: _association(table.select(name, _LABEL).drop_nulls(), binary) for name in features.columns}
    return {name: one for name, one in found.items() if one >= ALL_BUT}


_LABEL = "_label"


def _association(both: pl.DataFrame, binary: bool) -> float:
    values, label = both.to_series(0), both[_LABEL]
    if len(both) < FEWEST_ROWS or label.n_unique() < 2 or values.n_unique() < 2:
        return 0.0
    if binary:
        return abs(2 * float(roc_auc_score(label == label.max(), values)) - 1)
    return abs(float(both.select(pl.corr(values, label, method="spearman")).item()))
