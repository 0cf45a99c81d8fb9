"""Environments of frames."""

from collections.abc import Callable, Iterator

import polars as pl
import pytest

from irm_core.contracts.splits import Split


@pytest.fixture
def environments() -> Callable[..., list[str | None]]:
    """The environment of each row of a frame of these columns."""

    def environments(split: Split, **columns: list[object] | pl.Series) -> list[str | None]:
        frame = pl.LazyFrame(columns)
        return frame.select(split.environment(frame)).collect().to_series().to_list()

    return environments


@pytest.fixture
def faults() -> Callable[..., Iterator[tuple[tuple[str | int, ...], str]]]:
    """What a split has against columns of these types: (place, sentence)."""

    def faults(split: Split, **schema: pl.DataType) -> list[tuple[tuple[str | int, ...], str]]:
        return [(one.place, one.sentence) for one in split.faults(pl.Schema(schema))]

    return faults
