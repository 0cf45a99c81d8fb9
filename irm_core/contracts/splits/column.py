"""`kind: column`: rows that share the values of one or several columns share an environment."""

from collections.abc import Iterator
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from irm_core.contracts.problems import Problem
from irm_core.contracts.splits.split import Split
from irm_core.contracts.yaml_lines import Place

BETWEEN = " / "
_MISTAKABLE = f'^["/]|/$|{BETWEEN}'


class ColumnSplit(Split):
    """Environments are called after the values: `cleveland`, `cleveland / 2013`.

    Where there are several columns, a value that could be taken for two is quoted: `"a / b" / c`.
    """

    kind: Literal["column"] = "column"
    columns: Annotated[tuple[str, ...], Field(min_length=1)]

    def attributes(self) -> dict[str, Place]:
        return {name: ("columns", index) for index, name in enumerate(self.columns)}

    def faults(self, schema: pl.Schema) -> Iterator[Problem]:  # noqa: ARG002 (any type will do)
        if len(set(self.columns)) < len(self.columns):
            yield Problem(("columns",), "a column is named twice.")

    def environment(self, good: pl.LazyFrame) -> pl.Expr:  # noqa: ARG002 (each row by itself)
        values = [pl.col(name).cast(pl.String) for name in self.columns]
        return values[0] if len(values) == 1 else pl.concat_str(map(_unmistakable, values), separator=BETWEEN)

    def homeless(self) -> str:
        return f"{' or '.join(map(repr, self.columns))} is missing"


def _unmistakable(value: pl.Expr) -> pl.Expr:
    """The value; quoted where, between others, it could be taken for several or for a quoted one."""
    quoted = pl.concat_str(pl.lit('"'), value.str.replace_all('"', '""', literal=True), pl.lit('"'))
    return pl.when(value.str.contains(_MISTAKABLE)).then(quoted).otherwise(value)
