"""How well the environments of rows can be told from their features: whether these are distributed alike."""

import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.diagnosis import ToldApart

MOST_ROWS = 20_000  # in seconds, and an AUC to about 0.01
FEWEST_ROWS = 20  # of an environment, half of which are learned from
STRATA = 3
STRATUM, ROW = "_stratum", "_row"


def told_apart(features: pl.DataFrame, label: pl.Series, environment: pl.Series) -> ToldApart | None:
    """Each environment against the others, and the mean over them.

    By boosted trees that learn from one half of at most MOST_ROWS rows, and are judged on the other.

    label: numbers, or an Enum of classes. None with fewer than two environments of FEWEST_ROWS rows.
    """
    rows = pl.DataFrame({ENVIRONMENT: environment}).with_row_index(ROW)
    rows = rows.filter(pl.len().over(ENVIRONMENT) >= FEWEST_ROWS)
    if rows[ENVIRONMENT].n_unique() < 2:
        return None
    if rows.height > MOST_ROWS:
        rows = rows.sample(MOST_ROWS, seed=0, shuffle=True)
        rows = rows.filter(pl.len().over(ENVIRONMENT) >= 2)
    classes = label.dtype == pl.Enum
    y = label.to_physical().cast(pl.Float64) if classes else label
    table = features.with_columns(environment.alias(ENVIRONMENT), y.alias(STRATUM))[rows[ROW]]
    X, X_and_y = (
        table.select(names).to_numpy() for names in (features.columns, [*features.columns, STRATUM])
    )
    e, strata = table[ENVIRONMENT].to_numpy(), _strata(table[STRATUM], classes)
    return ToldApart(by_features=_area(X, e, np.zeros(len(e))), given_label=_area(X_and_y, e, strata))


def _strata(label: pl.Series, classes: bool) -> np.ndarray:
    if classes or label.n_unique() <= STRATA:
        return label.to_numpy()
    return label.rank("ordinal").to_numpy() * STRATA // (len(label) + 1)


def _area(X: np.ndarray, environment: np.ndarray, strata: np.ndarray) -> float:
    parts = train_test_split(X, environment, strata, test_size=0.5, random_state=0, stratify=environment)
    X_fit, X_judged, fitted, judged, _, strata_judged = parts
    model = HistGradientBoostingClassifier(max_iter=30, max_depth=4, early_stopping=False, random_state=0)
    # Of so few rows threads mostly wait for one another: on a busy machine, minutes against seconds.
    with threadpool_limits(1):
        shares = model.fit(X_fit, fitted).predict_proba(X_judged)
    areas = [
        roc_auc_score(judged[stratum] == name, shares[stratum, column])
        for stratum in (strata_judged == one for one in np.unique(strata_judged))
        for column, name in enumerate(model.classes_)
        if 0 < (judged[stratum] == name).sum() < stratum.sum()
    ]
    return float(np.mean(areas)) if areas else 0.5
