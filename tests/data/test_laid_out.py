"""Rows for other processes: the same examples as of loaded rows, and features in files until then."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT, FILE, LINE, VALIDATION
from irm_core.data.laid_out import lay_out, pick_up
from irm_core.data.rows import load
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.version import Published
from irm_core.evaluation.fold import prepare

NAMES, SIZE = ("b", "a", "c"), 40


@pytest.fixture
def published(made_version, tmp_path: Path) -> Published:
    """Three environments, each in two files."""
    random = np.random.default_rng(0)
    for name in NAMES:
        home = tmp_path / "environments" / name
        home.mkdir(parents=True)
        for place in range(2):
            some = {"x": random.normal(size=SIZE), "y": random.normal(size=SIZE), "w": random.random(SIZE)}
            few = {
                "note": ["?"] * SIZE,
                FILE: ["f"] * SIZE,
                LINE: range(SIZE),
                VALIDATION: [place == 1] * SIZE,
            }
            pl.DataFrame({**some, **few, ENVIRONMENT: [name] * SIZE}).write_parquet(home / f"{place}.parquet")
    return Published(path=tmp_path, version=made_version(*NAMES, size=2 * SIZE))


SCHEMA = ModelSchema(
    task="regression",
    label=ModelColumn(name="y", logical_type="number"),
    features=(ModelColumn(name="x", logical_type="number"),),
    image=None,
    missing_values=(),
    weight="w",
)


def test_examples_are_the_same_to_the_last_bit(published: Published, tmp_path: Path) -> None:
    loaded = load(published, SCHEMA)
    lay_out(loaded, tmp_path)
    picked = pick_up(published, SCHEMA, tmp_path)
    one, other = (prepare(rows, published.version, SCHEMA, "a") for rows in (loaded, picked))
    assert (one.features, one.target) == (other.features, other.target)
    for name in ("inputs", "targets", "membership", "validation", "weights"):
        np.testing.assert_array_equal(getattr(one.examples, name), getattr(other.examples, name))


def test_features_and_what_no_model_reads_stay_in_their_files(published: Published, tmp_path: Path) -> None:
    picked = pick_up(published, SCHEMA, tmp_path)
    assert set(picked.frame.columns) == {"y", "w", ENVIRONMENT, VALIDATION}
    assert picked.frame.height == load(published, SCHEMA).frame.height
