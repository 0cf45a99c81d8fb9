"""A small version in memory: y = x in every environment, and z that follows y as each environment says."""

import numpy as np
import polars as pl
import pytest
import torch

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.version import Environment, Version
from irm_core.data.version import Rows as Counts

SLOPES = {"a": 1.0, "b": 0.5, "c": -1.0, "far": -2.0}
SIZE = 100


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """These tensors are small: threads would only wait for each other."""
    torch.set_num_threads(1)


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
def version() -> Version:
    return Version(
        dataset="made",
        split="by_site",
        id="0123",
        preparation=1,
        contract_sha256="",
        raw_sha256="",
        rows=Counts(read=4 * SIZE, good=4 * SIZE, quarantined=0),
        broken_rules={},
        environments=tuple(
            Environment(name=name, slug=name, rows=SIZE, hold_out=name == "far") for name in SLOPES
        ),
        files={},
    )
