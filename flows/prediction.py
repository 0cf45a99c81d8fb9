"""Prediction of a file: every row of it, in its order, with what the model says beside it."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from flows.tracking.away import needed
from flows.tracking.registry import load
from irm_core.contracts.names import FILE
from irm_core.data.csv_dialect import delimiter_of, encoding_of
from irm_core.data.images import relative
from irm_core.data.writing import whole
from irm_core.errors import DataError, UsageError

WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    ".csv": lambda frame, path: frame.write_csv(path),
    ".parquet": lambda frame, path: frame.write_parquet(path),
}


def predict_file(model: str, data: Path, output: Path) -> int:
    """Write `data` and its predictions to `output`; the number of rows.

    Raises UsageError for a format that is not CSV or Parquet, DataError for rows that cannot be read.
    """
    write = WRITERS.get(output.suffix)
    if write is None:
        raise UsageError(f"{output}: predictions are written as {' or '.join(WRITERS)}.")
    rows = read(data)
    with needed("Nothing is predicted: the model is fetched from there. A folder of it can be read without."):
        predictor = load(model)
    predicted = predictor.predict(located(rows, data, predictor.schema.image))
    if taken := sorted(set(rows.columns) & set(predicted.columns)):
        raise DataError(f"{data} already has the columns {', '.join(taken)}: rename them.")
    with whole(output, "The predictions") as file:
        write(pl.concat([rows, predicted], how="horizontal"), file)
    return rows.height


def read(data: Path) -> pl.DataFrame:
    """The raw rows: CSV as text, which the model reads by its own schema, or Parquet."""
    if data.suffix not in WRITERS:
        raise UsageError(f"{data}: rows are read from {' or '.join(WRITERS)}.")
    try:
        return _read_csv(data) if data.suffix == ".csv" else pl.read_parquet(data)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"{data} cannot be read: {error}") from error


def _read_csv(data: Path) -> pl.DataFrame:
    encoding = encoding_of([data])
    return pl.read_csv(data, infer_schema=False, separator=delimiter_of(data, encoding), encoding=encoding)


def located(rows: pl.DataFrame, data: Path, image: str | None) -> pl.DataFrame:
    """The rows, with paths of images relative to the working folder instead of the folder of `data`."""
    if image is None or image not in rows.columns:
        return rows
    return (
        rows.with_columns(pl.lit(data.as_posix()).alias(FILE))
        .with_columns(relative(pl.col(image)))
        .drop(FILE)
    )
