"""Kinds of split: how a declared attribute becomes the environment of a row.

A new kind is one class here, one line in KINDS, and one more member of Split.
"""

from typing import Annotated, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class ColumnSplit(BaseModel):
    """`kind: column`: rows that share the values of one or several columns share an environment."""

    # Environments may be numbers in YAML (`holdOut: [2013]`), but their names are text.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)

    kind: Literal["column"] = "column"
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    min_rows: PositiveInt = Field(1, alias="minRows")
    hold_out: tuple[str, ...] = Field((), alias="holdOut")

    def environment(self) -> pl.Expr:
        """The environment's name, per row; null where an attribute is null."""
        return pl.concat_str([pl.col(name).cast(pl.String) for name in self.columns], separator=" / ")


Split = ColumnSplit

KINDS: dict[str, type[Split]] = {"column": ColumnSplit}
