"""Prediction of a file: every row of it, in its order, with what the model says beside it."""

import glob as globbing
from collections.abc import Callable
from pathlib import Path

import polars as pl

from flows.init.data_source import source
from flows.tracking.away import needed
from flows.tracking.registry import load
from irm_core.contracts.contract import Column, Source
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE
from irm_core.contracts.source import UTF_8
from irm_core.data import ndjson_file
from irm_core.data.images import relative
from irm_core.data.profile import provisional
from irm_core.data.writing import whole
from irm_core.errors import DataError, UsageError

POLARS = {UTF_8: "utf8"}
"""What Polars calls the encoding that it reads itself, compressed too; others are Python's names."""
WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    ".csv": lambda frame, path: frame.write_csv(path),
    ".parquet": lambda frame, path: frame.write_parquet(path),
}


def predict_file(model: str, data: Path, output: Path) -> int:
    """Write `data` and its predictions to `output`; the number of rows.

    Raises UsageError for a format that is not read or written, DataError for rows that cannot be read.
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
    """The raw rows of what `irmflow init` takes: Parquet, or text, which the model reads by its schema."""
    if not data.is_file():
        raise DataError(f"No file is at {data}.")
    found, _ = source(globbing.escape(str(data)))
    try:
        return READERS[found.format](data, found)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"{data} cannot be read: {error}") from error


def _read_parquet(data: Path, _: Source) -> pl.DataFrame:
    return pl.read_parquet(data)


def _read_csv(data: Path, found: Source) -> pl.DataFrame:
    return pl.read_csv(
        data,
        infer_schema=False,
        separator=found.delimiter,
        encoding=POLARS.get(found.encoding, found.encoding),
    )


def _read_ndjson(data: Path, found: Source) -> pl.DataFrame:
    """All keys, as text. A line that is no object cannot be predicted, nor left out: DataError."""
    names = ndjson_file.columns(provisional(found, ()), data)
    contract = provisional(found, [Column(name, "string", "ignore", 1) for name in names])
    rows = ndjson_file.scan(contract, [data]).collect()
    for line, why in (
        rows.filter(pl.col(ROW_UNREADABLE).is_not_null()).select(LINE, ROW_UNREADABLE).iter_rows()
    ):
        raise DataError(f"{data}:{line}: {why}. Correct the line, or remove it.")
    return rows.select(names)


READERS: dict[str, Callable[[Path, Source], pl.DataFrame]] = {
    "csv": _read_csv,
    "ndjson": _read_ndjson,
    "parquet": _read_parquet,
}


def located(rows: pl.DataFrame, data: Path, image: str | None) -> pl.DataFrame:
    """The rows, with paths of images relative to the working folder instead of the folder of `data`."""
    if image is None or image not in rows.columns:
        return rows
    return (
        rows.with_columns(pl.lit(data.as_posix()).alias(FILE))
        .with_columns(relative(pl.col(image)))
        .drop(FILE)
    )
