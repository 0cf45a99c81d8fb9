"""ERM on real data, against least squares in closed form: life expectancy without Sub-Saharan Africa."""

import numpy as np
import polars as pl
import pytest

from flows.demo import gapminder
from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.fold import prepare
from irm_core.evaluation.stack import Stack
from irm_core.evaluation.trial import run_stack
from irm_core.training.candidate import Candidate
from irm_core.training.plan import TrainingPlan

LEFT_OUT = "Sub-Saharan Africa"
SCHEMA = ModelSchema(
    task="regression",
    label=ModelColumn(name="life_expectancy", logical_type="number"),
    features=tuple(
        ModelColumn(name=name, logical_type="number") for name in ("year", "fertility", "population")
    ),
    image=None,
    missing_values=(),
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory) -> Rows:
    complete = pl.read_csv(gapminder.write(tmp_path_factory.mktemp("data"))).drop_nulls()
    validation = (pl.int_range(pl.len()) % 5 == 0).alias(VALIDATION)
    return Rows(complete.rename({"region": ENVIRONMENT}).with_columns(validation), None)


@pytest.fixture
def version(made_version, rows) -> Version:
    return made_version(*rows.frame[ENVIRONMENT].unique().sort())


@pytest.mark.slow
def test_linear_erm_is_least_squares_and_fails_in_the_region_left_out(rows, version):
    plan = TrainingPlan(
        model="linear",
        steps=300,
        warmup_steps=0,
        batch_size=None,
        learning_rate=0.05,
        balance="rows",
        device="cpu",
    )
    fold = prepare(rows, version, SCHEMA, LEFT_OUT)
    erm = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out=LEFT_OUT)
    ((trial, _),) = run_stack(Stack(fold, (erm,)), plan)

    left_out = fold.examples.environments.index(LEFT_OUT)
    away = (fold.examples.membership == left_out).numpy()
    trained = ~away & ~fold.examples.validation.numpy()
    X = np.column_stack((np.ones(len(away)), fold.examples.inputs.double().numpy()))
    y = fold.examples.targets.double().numpy()
    coefficients, *_ = np.linalg.lstsq(X[trained], y[trained], rcond=None)
    errors = (y - X @ coefficients)[away] ** 2
    assert trial.metrics[LEFT_OUT].score == pytest.approx(1 - errors.mean() / y[away].var(), abs=1e-3)
    assert trial.metrics[LEFT_OUT].score == pytest.approx(-0.36, abs=0.05)
    assert min(trial.metrics[name].score for name in fold.trained) > 0.3
