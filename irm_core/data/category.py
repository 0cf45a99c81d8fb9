"""Text as features: the values that training rows have, and a place for any other, or none."""

from typing import Any, ClassVar, Literal, Self

import polars as pl

from irm_core.data.schema import ModelColumn
from irm_core.data.version import Record
from irm_core.errors import DataError

MOST_CATEGORIES = 1000
MOST_INDEXED = 100_000


class _Known(Record):
    """Text by its `categories`, the values that the training rows have, sorted."""

    MOST: ClassVar[int]
    HINT: ClassVar[str] = ""

    name: str
    categories: tuple[str, ...]

    @classmethod
    def statistics(cls, column: ModelColumn, dtype: pl.DataType) -> dict[str, pl.Expr]:  # noqa: ARG003
        """What `learnt` needs to know of the column of training rows: of too many values, one too many."""
        values = pl.col(column.name).drop_nulls().unique()
        return {"count": values.len(), "categories": values.sort().head(cls.MOST + 1).implode()}

    @classmethod
    def learnt(cls, column: ModelColumn, found: dict[str, Any]) -> Self:
        """From the statistics of training rows. Raises DataError where they have too many values."""
        if found["count"] > cls.MOST:
            told = (
                f"The feature {column.name!r} has {found['count']} different values; {cls.MOST} is the most. "
                f"If it is text or identifies rows, give it the role `ignore` or `identifier`. {cls.HINT}"
            )
            raise DataError(told.rstrip())
        return cls(name=column.name, categories=found["categories"])


class Category(_Known):
    """One 0/1 column per value that the training rows have, and one for any other value or none."""

    MOST = MOST_CATEGORIES
    HINT = f"With embedding in the plan, {MOST_INDEXED:,} would be."

    kind: Literal["category"] = "category"

    def names(self) -> tuple[str, ...]:
        return (*(f"{self.name} = {one}" for one in self.categories), f"{self.name} (unknown)")

    def expressions(self, schema: pl.Schema) -> list[pl.Expr]:  # noqa: ARG002 - the signature of all kinds
        values = pl.col(self.name)
        known = [values.eq_missing(pl.lit(one)) for one in self.categories]
        return [*known, ~pl.any_horizontal(known) if known else pl.repeat(True, pl.len())]


class Index(_Known):
    """One number: the place of the value among those that the training rows have, and after them, any other.

    For a model that looks up a vector for each: a thousand categories are one column, not a thousand.
    """

    MOST = MOST_INDEXED

    kind: Literal["index"] = "index"

    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def expressions(self, schema: pl.Schema) -> list[pl.Expr]:  # noqa: ARG002 - the signature of all kinds
        places = range(len(self.categories))
        known = pl.Series(self.categories, dtype=pl.String)
        return [pl.col(self.name).replace_strict(known, places, default=len(places), return_dtype=pl.Float32)]
