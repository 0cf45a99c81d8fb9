"""Raw rows: what the files say, read again for the few rows of which that is asked."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, raw
from irm_core.data.sources import FORMATS


def with_raw(some: pl.DataFrame, contract: Contract, files: Sequence[Path]) -> pl.LazyFrame:
    """Some prepared rows, each with its raw values, in their order. Reads no file that none of them is in."""
    named = set(some[FILE].unique())
    places = some[LINE].unique().implode()
    scan = FORMATS[contract.source.format].scan
    said = scan(contract, [file for file in files if file.as_posix() in named] or files[:1])
    values = (pl.col(column.name).alias(raw(column.name)) for column in contract.columns)
    there = said.filter(pl.col(LINE).is_in(places)).select(FILE, LINE, *values)
    return some.lazy().join(there, on=[FILE, LINE], how="inner", maintain_order="left")
