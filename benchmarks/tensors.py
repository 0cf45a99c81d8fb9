"""Memory of turning ten million rows of fifteen features into the numbers that models read."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from benchmarks.big_table import FLOATS, ROWS, WHOLE, table
from benchmarks.measure import Measured, alone, held, peak
from irm_core.data.features import Features
from irm_core.data.schema import ModelColumn, ModelSchema

FEATURES = (*FLOATS, *WHOLE)
FEW = 1_000  # rows that the features are fitted on, and libraries loaded by, before memory is measured


def measure() -> Iterator[Measured]:
    """The line of the table."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "published.parquet"
        alone(write, file)
        grown, size, error = alone(growth, file)
    yield Measured(
        what=f"Features of {ROWS:,} rows × {len(FEATURES)} as numbers, peak memory beside the rows",
        against="the float32 tensor itself",
        ours=grown,
        theirs=size,
        agreement=f"at most {error:.0e} from numpy in float64",
        unit="MB",
        most=2,
    )


def write(file: Path) -> None:
    """Rows as a version has them: all numbers have 64 bits."""
    numbers = [pl.col(FLOATS).cast(pl.Float64).fill_null(0.0), pl.col(WHOLE).cast(pl.Int64)]
    table().select(*numbers).write_parquet(file)


def growth(file: Path) -> tuple[float, float, float]:
    """By how many MB the peak exceeds what was held before, the MB of the tensor, and its largest error."""
    rows = pl.read_parquet(file)
    features = Features.fit(rows.head(FEW), schema())
    features.transform(rows.head(FEW))
    before = held()
    tensor = features.transform(rows)
    grown = peak() - before
    return grown / 1e6, tensor.nbytes / 1e6, largest_error(tensor, rows)


def schema() -> ModelSchema:
    """All columns are numbers."""
    return ModelSchema(
        task="classification",
        label=ModelColumn(name="y", logical_type="integer"),
        features=tuple(ModelColumn(name=name, logical_type="number") for name in FEATURES),
        image=None,
        missing_values=(),
    )


def largest_error(tensor: np.ndarray, rows: pl.DataFrame) -> float:
    """How far any number is from what numpy makes of it."""
    few = [rows[name].head(FEW).to_numpy() for name in FEATURES]
    exact = (
        (rows[name].to_numpy() - one.mean()) / one.std() for name, one in zip(FEATURES, few, strict=True)
    )
    return max(float(np.abs(found - one).max()) for found, one in zip(tensor.T, exact, strict=True))
