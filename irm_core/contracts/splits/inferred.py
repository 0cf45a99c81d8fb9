"""`kind: inferred`: models are judged where `columns` say, trained where ERM is right and where it errs."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field, PositiveInt

from irm_core.contracts.names import LINE
from irm_core.contracts.problems import Problem
from irm_core.contracts.splits.column import ColumnSplit
from irm_core.contracts.splits.split import Split
from irm_core.contracts.yaml_lines import Place

PARTS = 3  # the fewest of which one can be left out
CAVEAT = (
    "The environments trained on are inferred (EIIL): made from the labels, by the errors of an ERM "
    "reference on the same rows. Where ERM errs by chance, invariance across them means nothing. They judge "
    "nothing: all figures are those of the environments that the contract declares; ERM was trained on these."
)


class InferredSplit(Split):
    """`{kind: inferred, environments: 2, columns: [site]}`: left out, judged and held out is `site`.

    The environments that are trained on come to be in training: made from the labels, they can judge nothing.
    Without `columns`, models are judged on thirds of the rows that differ by chance only.
    """

    infers: ClassVar[bool] = True

    kind: Literal["inferred"] = "inferred"
    environments: PositiveInt = Field(2, strict=True)
    columns: tuple[str, ...] = ()

    def attributes(self) -> dict[str, Place]:
        return {name: ("columns", index) for index, name in enumerate(self.columns)}

    def faults(self, schema: pl.Schema) -> Iterator[Problem]:
        if self.environments != 2:
            told = (
                f"ERM's errors make two environments, those with and those without, not {self.environments}."
            )
            yield Problem(("environments",), told)
        if self.columns:
            yield from self._judging().faults(schema)

    def environment(self, good: pl.LazyFrame) -> pl.Expr:
        if self.columns:
            return self._judging().environment(good)
        return pl.format("part {}", pl.col(LINE) % PARTS + 1)

    def homeless(self) -> str:
        return self._judging().homeless()

    def _judging(self) -> ColumnSplit:
        return ColumnSplit(columns=self.columns)
