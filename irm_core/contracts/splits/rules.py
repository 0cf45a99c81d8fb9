"""`kind: rules`: each environment is a condition on the row, in SQL."""

from collections.abc import Iterator
from typing import Annotated, Literal

import polars as pl
from pydantic import AfterValidator, Field

from irm_core.contracts.executable import why_not
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.splits.split import MISSING, POOLED, Split
from irm_core.contracts.splits.sql import condition
from irm_core.contracts.yaml_lines import Place


def _readable(text: str) -> str:
    condition(text)
    return text


class RulesSplit(Split):
    """`rules: {urban: "density > 1000", rural: "density <= 1000"}`.

    A row is in the environment whose condition holds. Where none holds, or several do, it is in none: a
    missing value never falls into an "else".
    """

    kind: Literal["rules"] = "rules"
    rules: Annotated[dict[str, Annotated[str, AfterValidator(_readable)]], Field(min_length=1)]

    def attributes(self) -> dict[str, Place]:
        return {
            column: ("rules", name)
            for name, text in self.rules.items()
            for column in condition(text).meta.root_names()
        }

    def faults(self, schema: pl.Schema) -> Iterator[Problem]:
        empty = pl.LazyFrame(schema=schema)
        if not all(name.strip() for name in self.rules):
            yield Problem(("rules",), "an environment needs a name.")
        for name, text in self.rules.items():
            obstacle = why_not(condition(text), empty)
            if obstacle is not None:
                yield Problem(("rules", name), f"the condition {text!r} cannot be evaluated: {obstacle}.")
            elif empty.select(condition(text)).collect_schema().dtypes() != [pl.Boolean]:
                yield Problem(("rules", name), f"{text!r} is neither true nor false: it must be a condition.")
        if (self.missing == "own" and MISSING in self.rules) or (
            self.small == "pool" and POOLED in self.rules
        ):
            told = f"{MISSING!r} and {POOLED!r} are names of their own here; rename the environment."
            yield Problem(("rules",), told)
        for name in self.unknown_hold_outs(tuple(self.rules)):
            yield Problem(("holdOut",), unknown("environment", name, tuple(self.rules)))

    def environment(self, good: pl.LazyFrame) -> pl.Expr:  # noqa: ARG002 (each row by itself)
        holds = {name: condition(text).fill_null(False) for name, text in self.rules.items()}
        first = pl.coalesce(pl.when(one).then(pl.lit(name)) for name, one in holds.items())
        return pl.when(pl.sum_horizontal(holds.values()) == 1).then(first)

    def homeless(self) -> str:
        return "none of its rules holds, or several do,"
