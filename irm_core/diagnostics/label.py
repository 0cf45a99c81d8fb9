"""A label as the diagnosis reads it: one number, or, of three classes and more, each against the rest."""

from typing import Protocol

import polars as pl

from irm_core.diagnostics.leaks import Leak


class Label(Protocol):
    """The N labels that are judged. environment: [N]. features: standardised, [N, D], nulls allowed."""

    @property
    def values(self) -> pl.Series:
        """Float64, or an Enum of the classes, [N]."""

    def slopes(self, features: pl.DataFrame, environment: pl.Series) -> pl.DataFrame:
        """Of the label on each feature alone: `estimates` with OF_CLASS, and CHANGE, in the label's unit."""

    def shifts(self, environment: pl.Series) -> pl.DataFrame:
        """The label's mean in each environment: `estimates` with OF_CLASS."""

    def scale_gradient(self, features: pl.DataFrame, environment: pl.Series) -> dict[str, float]:
        """By environment, in standard errors: see `reference`."""

    def leaks(self, features: pl.DataFrame) -> tuple[Leak, ...]:
        """In the order of the features."""
