"""A label that is one number: that of a regression, or 0 and 1 for two classes."""

from dataclasses import dataclass

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics import estimates
from irm_core.diagnostics.estimates import CHANGE, OF_CLASS
from irm_core.diagnostics.leaks import Leak, leaks
from irm_core.diagnostics.numeric import standardised
from irm_core.diagnostics.reference import scale_gradient

LABEL = "_label"


@dataclass(frozen=True)
class NumberLabel:
    """values: float64 [N] that vary. Estimates are in standard deviations of them."""

    values: pl.Series

    def slopes(self, features: pl.DataFrame, environment: pl.Series) -> pl.DataFrame:
        table = features.with_columns(self._standardised(), environment.alias(ENVIRONMENT))
        found = _of_no_class(estimates.slopes(table, features.columns, LABEL))
        return found.with_columns((pl.col("estimate") * self.values.std()).alias(CHANGE))

    def shifts(self, environment: pl.Series) -> pl.DataFrame:
        table = pl.DataFrame([self._standardised(), environment.alias(ENVIRONMENT)])
        return _of_no_class(estimates.means(table, {LABEL: pl.col(LABEL)}))

    def scale_gradient(self, features: pl.DataFrame, environment: pl.Series) -> dict[str, float]:
        return scale_gradient(features, self._standardised(), environment)

    def leaks(self, features: pl.DataFrame) -> tuple[Leak, ...]:
        return tuple(Leak(name, found, None) for name, found in leaks(features, self.values).items())

    def _standardised(self) -> pl.Series:
        return standardised(self.values.alias(LABEL).to_frame())[LABEL]


def _of_no_class(found: pl.DataFrame) -> pl.DataFrame:
    return found.with_columns(pl.lit(None, pl.String).alias(OF_CLASS))
