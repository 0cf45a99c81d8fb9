"""Memory of turning ten million published rows of fifteen features into the numbers that models read.

As a process does that trains: features are learnt column by column from the files of the version, then read
again and written into one float32 array, a piece at a time. Counted is the peak of the whole process, from
before the files are opened, less what the interpreter and the libraries hold by then.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from benchmarks.big_table import FLOATS, ROWS, WHOLE, table
from benchmarks.measure import Measured, alone, held, peak
from irm_core.data.environment_files import write_rows
from irm_core.data.features import Features
from irm_core.data.schema import ModelColumn, ModelSchema

FEATURES = (*FLOATS, *WHOLE)
FILES = 20
FEW = 1_000  # rows by which libraries are loaded, before memory is measured


def measure() -> Iterator[Measured]:
    """The line of the table."""
    with TemporaryDirectory() as folder:
        alone(write, Path(folder))
        grown, size, error = alone(growth, Path(folder))
    yield Measured(
        what=f"Features of {ROWS:,} rows × {len(FEATURES)}, from files to numbers, the peak of the process",
        against="the float32 tensor itself",
        ours=grown,
        theirs=size,
        agreement=f"at most {error:.0e} from numpy in float64",
        unit="MB",
        most=2,
    )


def write(folder: Path) -> None:
    """Rows as a version has them: all numbers have 64 bits; beside features the columns that others read."""
    numbers = [pl.col(FLOATS).cast(pl.Float64).fill_null(0.0), pl.col(WHOLE).cast(pl.Int64)]
    rows = table().with_columns(*numbers)
    for place, some in enumerate(rows.iter_slices(-(-rows.height // FILES))):
        write_rows(some, folder / f"{place:08}.parquet")


def growth(folder: Path) -> tuple[float, float, float]:
    """The MB of the peak above what was held before, the MB of the tensor, and its largest error."""
    rows = pl.scan_parquet(folder / "*.parquet")
    few = pl.DataFrame(np.random.default_rng(0).normal(size=(FEW, len(FEATURES))), list(FEATURES))
    Features.fit(few, schema()).transform(few)
    before = held()
    tensor = Features.fit(rows, schema()).transform(rows)
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


def largest_error(tensor: np.ndarray, rows: pl.LazyFrame) -> float:
    """How far any number is from what numpy makes of it."""
    return max(_error(found, rows.select(name)) for found, name in zip(tensor.T, FEATURES, strict=True))


def _error(found: np.ndarray, column: pl.LazyFrame) -> float:
    values = column.collect().to_series().to_numpy()
    return float(np.abs(found - (values - values.mean()) / values.std()).max())
