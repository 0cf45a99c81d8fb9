"""An objective of the user's own is fitted, cloned and saved as ours are."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from torch import nn

from irm_core import InvariantRegressor
from irm_core.errors import UsageError
from irm_core.objectives import OBJECTIVES
from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms
from irm_core.objectives.losses import Loss

WEIGHT = 10.0


def residuals(rows: Rows, loss: Loss) -> Sums:
    del loss
    return {"residual": rows.total(rows.targets - rows.outputs[..., 0])}


def mean_residuals(environments: Environments) -> Terms:
    return environments.penalised(environments.means["residual"].square())


ANCHOR = Objective("anchor", "anchor regression", residuals, mean_residuals)
FEATURES = Objective(
    "features", "the mean feature", lambda rows, _: {"residual": rows.features.sum(-1)}, mean_residuals
)


def fitted(table, **changed) -> InvariantRegressor:
    settings = {"model": "linear", "steps": 600, "random_state": 0} | changed
    return InvariantRegressor(ANCHOR, WEIGHT, **settings).fit(table.X, table.y, environments=table.site)


def test_it_is_what_the_paper_solves_by_least_squares(two_sites) -> None:
    """Least squares of x + (√(1 + λ) − 1) · (mean of x in its environment), for x and y alike."""
    here = two_sites.site == "sharp"
    rows = np.column_stack([np.ones(len(here)), two_sites.X, two_sites.y])
    means = np.where(here[:, None], rows[here].mean(0), rows[~here].mean(0))
    *X, y = (rows + (np.sqrt(1 + WEIGHT) - 1) * means).T
    coefficients = np.linalg.lstsq(np.column_stack(X), y, rcond=None)[0]
    found = fitted(two_sites, learning_rate=3e-2).predict(two_sites.X)
    assert_allclose(found, rows[:, :3] @ coefficients, atol=1e-3)


def test_it_can_be_cloned_and_saved_by_its_name(few, tmp_path: Path) -> None:
    before = fitted(few, steps=20, warmup_steps=5)
    assert before.objective_ == "anchor"
    assert clone(before).objective is not None
    before.save(tmp_path)
    after = InvariantRegressor.load(tmp_path)
    assert_array_equal(after.predict(few.X), before.predict(few.X))
    with pytest.raises(ValueError, match="The parameter objective cannot be 'anchor'"):
        after.fit(few.X, few.y, environments=few.site)
    again = after.set_params(objective=ANCHOR).fit(few.X, few.y, environments=few.site)
    assert_array_equal(again.predict(few.X), before.predict(few.X))


def test_it_needs_a_name_of_its_own(few) -> None:
    taken = Objective("irm", "mine", residuals, mean_residuals)
    with pytest.raises(UsageError, match="There is an objective 'irm' already"):
        InvariantRegressor(taken).fit(few.X, few.y, environments=few.site)
    assert OBJECTIVES["irm"] is not taken


def test_one_that_reads_features_asks_for_a_head(few) -> None:
    class Plain(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(2, 1)

        def forward(self, inputs):
            return self.layer(inputs)

    with pytest.raises(ValueError, match="The objective 'features' looks at the features"):
        InvariantRegressor(FEATURES, model=Plain()).fit(few.X, few.y, environments=few.site)
