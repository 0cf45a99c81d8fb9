"""A label of three classes or more: each is judged against the rest."""

from dataclasses import dataclass

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.class_estimates import class_slopes, shares, spreads
from irm_core.diagnostics.class_gradient import class_gradient
from irm_core.diagnostics.estimates import CHANGE, OF_CLASS
from irm_core.diagnostics.leaks import Leak, class_leaks

LABEL = "_label"


@dataclass(frozen=True)
class ClassLabel:
    """values: an Enum [N] of the classes. Estimates are in standard deviations of belonging to the class."""

    values: pl.Series

    def slopes(self, features: pl.DataFrame, environment: pl.Series) -> pl.DataFrame:
        table = features.with_columns(self.values.alias(LABEL), environment.alias(ENVIRONMENT))
        found = class_slopes(table, features.columns, LABEL)
        units = spreads(self.values).with_columns(pl.col(OF_CLASS).cast(pl.String))
        joined = found.join(units, on=OF_CLASS, how="left", maintain_order="left")
        return joined.select(*found.columns, (pl.col("estimate") * pl.col("deviation")).alias(CHANGE))

    def shifts(self, environment: pl.Series) -> pl.DataFrame:
        return shares(environment, self.values)

    def scale_gradient(self, features: pl.DataFrame, environment: pl.Series) -> dict[str, float]:
        known = self.values.is_not_null()
        return class_gradient(features.filter(known), self.values.filter(known), environment.filter(known))

    def leaks(self, features: pl.DataFrame) -> tuple[Leak, ...]:
        return class_leaks(features, self.values)
