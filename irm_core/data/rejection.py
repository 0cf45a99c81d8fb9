"""Rejection: why rows are quarantined, and what is said where they are more than the contract allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import (
    FILE,
    LINE,
    NO_ENVIRONMENT,
    ROW_UNREADABLE,
    RULES,
    SMALL_ENVIRONMENT,
    unreadable,
)
from irm_core.contracts.rules import Rule
from irm_core.data.version import Rows
from irm_core.errors import DataError

MOST_RULES = 10
RULE = "rule"


@dataclass(frozen=True)
class Reason:
    """A rule that quarantined rows break; how many do; the first of them: its file:line, and its values."""

    rule: str
    rows: int
    place: str
    value: str


def broken_rules(quarantine: pl.LazyFrame) -> dict[str, int]:
    """How many rows break each rule, the most broken first."""
    rules = quarantine.select(pl.col(RULES).explode(empty_as_null=False, keep_nulls=False).alias(RULE))
    counts = rules.group_by(RULE).len().sort(["len", RULE], descending=[True, False])
    return dict(counts.collect(engine="streaming").iter_rows())


def reasons(quarantine: pl.LazyFrame, contract: Contract, split_name: str) -> Iterator[Reason]:
    """The rules that most rows break, MOST_RULES at most, the most broken first."""
    for rule, count in list(broken_rules(quarantine).items())[:MOST_RULES]:
        broken = quarantine.filter(pl.col(RULES).list.contains(rule))
        row = broken.head(1).collect().row(0, named=True)
        yield Reason(rule, count, f"{row[FILE]}:{row[LINE]}", _value(row, rule, contract, split_name))


def excess(rows: Rows, quarantine: pl.LazyFrame, contract: Contract) -> str | None:
    """A sentence where no row is good, or more rows break the contract than it allows; else None.

    Rows that a split drops with their small environment break nothing.
    """
    if rows.good == 0:
        return f"{rows.quarantined} of {rows.read} rows are quarantined, so that none is left to learn from."
    bad = rows.quarantined - broken_rules(quarantine).get(SMALL_ENVIRONMENT, 0)
    if bad <= contract.max_quarantined * rows.read:
        return None
    return (
        f"{bad} of {rows.read} rows ({bad / rows.read:.1%}) break the contract {contract.path}, which allows "
        f"{contract.max_quarantined:.1%}."
    )


def rejection(why: str, contract: Contract, split_name: str, kept: Path) -> DataError:
    """The error that says why nothing is published, the rules that most rows break, and what to do.

    why: a sentence. kept: the Parquet file of the quarantined rows.
    """
    quarantine = pl.scan_parquet(kept)
    examples = [
        f"  {one.rule}: {one.rows} row{'s' * (one.rows > 1)}, for example {one.value} ({one.place})"
        for one in reasons(quarantine, contract, split_name)
    ]
    others = len(broken_rules(quarantine)) - len(examples)
    more = [f"  and {others} more rules"] if others else []
    told = (
        f"All of them, with file, line and rules: {kept}. "
        f"Correct the data or the contract, or allow more by `maxQuarantined`."
    )
    return DataError("\n".join([f"{why} Nothing was published.", *examples, *more, told]))


def _value(row: dict[str, Any], rule: str, contract: Contract, split_name: str) -> str:
    stated = _stated(contract, rule)
    subject, _, kind = stated.name.rpartition(".") if stated else ("", "", "")
    if subject == "row":
        return str(row[ROW_UNREADABLE])
    if kind == "image":
        return f"{row[subject]}: {row[unreadable(subject)]}"
    columns = _columns(stated, contract) if stated else contract.splits[split_name].attributes()
    return ", ".join(f"{name} = {row[name]!r}" for name in columns)


def _stated(contract: Contract, rule: str) -> Rule | None:
    """The contract's rule, by what it is called of a row; None for those that a split makes."""
    if rule in (NO_ENVIRONMENT, SMALL_ENVIRONMENT):
        return None
    return next(one for one in contract.rules if one.is_called(rule))


def _columns(rule: Rule, contract: Contract) -> list[str]:
    """The columns that the rule is about."""
    names = [column.name for column in contract.columns]
    subject = rule.name.rpartition(".")[0]
    if subject in names:
        return [subject]
    return [name for name in names if any(_mentions(one, name) for one in rule.arguments.values())]


def _mentions(argument: object, column: str) -> bool:
    return argument == column or (isinstance(argument, list | tuple) and column in argument)
