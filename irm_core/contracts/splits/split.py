"""What every kind of split has: its policies, and what a kind must say of itself."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from irm_core.contracts.problems import Problem
from irm_core.contracts.yaml_lines import Place

MISSING = "missing"
"""The environment of the rows that would have none, under `missing: own`."""
POOLED = "pooled"
"""The environment of the rows of all small environments, under `small: pool`."""


class Split(BaseModel, ABC):
    """A declared split.

    min_rows: what an environment needs. small: what becomes of one that has fewer good rows, or one class
    only where classes are to be told apart. "drop" sends them to quarantine, "pool" makes one environment of
    all such.
    missing: what becomes of a good row that belongs to no environment.
    hold_out: the environments that are never trained on, nor used to choose; never dropped, never pooled.
    """

    alone: ClassVar[bool] = True
    """Whether a row's environment can be told without the other rows."""
    infers: ClassVar[bool] = False
    """Whether the environments are those that models are judged in, while they train on inferred ones."""

    # Environments may be numbers in YAML (`holdOut: [2013]`), but their names are text.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)

    min_rows: PositiveInt = Field(1, alias="minRows", strict=True)
    small: Literal["error", "drop", "pool"] = "error"
    missing: Literal["error", "quarantine", "own"] = "error"
    hold_out: tuple[str, ...] = Field((), alias="holdOut")

    @abstractmethod
    def attributes(self) -> dict[str, Place]:
        """The columns that make the environment, and where in the declaration they are named."""

    @abstractmethod
    def faults(self, schema: pl.Schema) -> Iterator[Problem]:
        """What cannot be done with attributes of these types, at places relative to the declaration."""

    @abstractmethod
    def environment(self, good: pl.LazyFrame) -> pl.Expr:
        """The environment's name, per row; null where the row has none.

        good: the good rows, for kinds that must see all of them first. Raises DataError where they do not
        allow such a split.
        """

    def home(self, good: pl.LazyFrame) -> pl.Expr:
        """`environment`, and MISSING for rows without one where these have one of their own."""
        named = self.environment(good)
        return named.fill_null(MISSING) if self.missing == "own" else named

    @abstractmethod
    def homeless(self) -> str:
        """When a row has no environment, in words: "'age' is missing"."""

    def unknown_hold_outs(self, names: tuple[str, ...]) -> Iterator[str]:
        """The hold-outs that cannot come to be, where `names` are all that the attributes can make."""
        own = (MISSING,) if self.missing == "own" else ()
        pooled = (POOLED,) if self.small == "pool" else ()
        return (name for name in self.hold_out if name not in (*names, *own, *pooled))
