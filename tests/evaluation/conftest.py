"""A small version in memory: y = x in every environment, and z that follows y as each environment says."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.records import EnvironmentMetrics, Trial
from irm_core.training.candidate import Candidate
from irm_core.training.plan import TrainingPlan

SLOPES = {"a": 1.0, "b": 0.5, "c": -1.0, "far": -2.0}
SIZE = 100


@pytest.fixture
def schema() -> ModelSchema:
    return ModelSchema(
        task="regression",
        label=ModelColumn(name="y", logical_type="number"),
        features=(ModelColumn(name="x", logical_type="number"), ModelColumn(name="z", logical_type="number")),
        image=None,
        missing_values=(),
    )


@pytest.fixture
def rows() -> Rows:
    generator = np.random.default_rng(0)
    parts = []
    for name, slope in SLOPES.items():
        x = generator.normal(size=SIZE)
        y = 10 * x + generator.normal(size=SIZE)
        z = slope * y + generator.normal(size=SIZE)
        parts.append(pl.DataFrame({"x": x, "z": z, "y": y, ENVIRONMENT: name}))
    validation = (pl.int_range(pl.len()) % 5 == 0).alias(VALIDATION)
    return Rows(pl.concat(parts).with_columns(validation), None)


@pytest.fixture
def version(made_version) -> Version:
    *training, far = SLOPES
    return made_version(*training, hold_out=(far,), size=SIZE)


@pytest.fixture(scope="session")
def base() -> TrainingPlan:
    """A plan of little work, to be varied."""
    return TrainingPlan(
        objectives=("irm",),
        penalty_weights=(1.0,),
        seeds=(0,),
        model="linear",
        steps=200,
        warmup_steps=20,
        learning_rate=0.05,
        batch_size=None,
        device="cpu",
    )


LEFT_OUT = ("Africa", "Asia", "Europe")


@pytest.fixture(scope="session")
def trial() -> Callable[..., Trial]:
    """Makes a trial as if it had been trained: one score where its candidate left an environment out."""

    def make(
        objective="erm", weight=0.0, left_out="Asia", seed=0, score=0.5, standard_error=0.01, status="ok"
    ) -> Trial:
        metrics = EnvironmentMetrics(rows=100, risk=1.0, score=score, standard_error=standard_error)
        return Trial(
            candidate=Candidate(objective=objective, penalty_weight=weight, seed=seed, left_out=left_out),
            status=status,
            reason="" if status == "ok" else "it did",
            metrics={left_out: metrics},
            curve=(),
            seconds=0.0,
        )

    return make


@pytest.fixture(scope="session")
def trials(trial) -> Callable[..., list[Trial]]:
    """Makes the trials of a table: (objective, penalty weight) -> a score per environment left out."""

    def make(scores: dict[tuple[str, float], tuple[float, float, float]], **more) -> list[Trial]:
        return [
            trial(*key, left_out=environment, score=score, **more)
            for key, row in scores.items()
            for environment, score in zip(LEFT_OUT, row, strict=True)
        ]

    return make
