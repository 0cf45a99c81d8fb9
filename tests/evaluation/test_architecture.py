"""What a plan asks for is what is built: embedded categories, from raw text to a prediction."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.trial import run_fold
from irm_core.predictor import Predictor
from irm_core.training.candidate import Candidate
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan(
    model="mlp", hidden=(8,), embedding=2, steps=150, warmup_steps=20, learning_rate=0.05, device="cpu"
)


@pytest.fixture
def towns(rows: Rows) -> Rows:
    """y is as the town says, of 39; nothing else tells it."""
    town = pl.int_range(pl.len()) % 39
    frame = rows.frame.with_columns(town="town " + town.cast(pl.String), y=(town * 7 % 11).cast(pl.Float64))
    return Rows(frame, None)


@pytest.fixture
def by_town(schema: ModelSchema) -> ModelSchema:
    town = ModelColumn(name="town", logical_type="string")
    return schema.model_copy(update={"features": (schema.features[0], town)})


def test_what_a_category_means_is_learnt_saved_and_predicted(
    towns: Rows, version: Version, by_town: ModelSchema, tmp_path: Path
) -> None:
    some = [
        Candidate(objective=name, penalty_weight=weight, seed=0, left_out="c")
        for name, weight in (("erm", 0.0), ("irm", 1.0), ("fishr", 1.0))
    ]
    for trial, predictor in run_fold(towns, version, by_town, some, PLAN):
        assert predictor.architecture.input_shape == (2,)
        assert trial.metrics["c"].score > 0.9
        predictor.save(tmp_path)
        loaded = Predictor.load(tmp_path, device="cpu")
        new = towns.frame.head(3).with_columns(town=pl.Series(["town 1", "a town never seen", None]))
        assert_frame_equal(loaded.predict(new), predictor.predict(new))
        known, unseen, missing = loaded.predict(new)["prediction"]
        assert known == pytest.approx(7, abs=1.5)
        assert unseen == pytest.approx(missing, abs=3)
