"""A survey: how many rows of a first contract's data are good, and of which environment."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from flows.init.roles import Proposed
from irm_core.contracts.contract import Column, Contract, Task
from irm_core.contracts.names import ENVIRONMENT, ROW_UNREADABLE, unreadable
from irm_core.contracts.splits.split import Split
from irm_core.data.preparation import prepare
from irm_core.data.profile import Profile, provisional

ROWS, CLASSES = "rows", "classes"


@dataclass(frozen=True)
class Counted:
    """The good rows of one environment; name: None for rows without one. classes: of a classification.

    values: how many of the rows have a value, by column.
    """

    name: str | None
    rows: int
    classes: frozenset[Any]
    values: dict[str, int]


@dataclass(frozen=True)
class Survey:
    """bad: the rows that cannot be good: torn, unreadable or without label."""

    bad: int
    environments: tuple[Counted, ...]


def contract_of(
    profile: Profile, columns: Sequence[Proposed], task: Task, splits: dict[str, Split]
) -> Contract:
    """Contract enough to read and prepare the columns as the written one will."""
    return provisional(
        profile.source,
        [column_of(one) for one in columns],
        missing_values=profile.missing_values,
        task=task,
        splits=splits,
    )


def column_of(one: Proposed) -> Column:
    """The column as it is declared: what nothing reads is text, of which nothing can be unreadable."""
    if one.role in ("ignore", "identifier"):
        return Column(one.name, "string", one.role, 1)
    notation = one.column.notation
    return Column(one.name, notation.logical_type, one.role, 1, notation.decimal, notation.format)


def good_rows(contract: Contract, profile: Profile) -> tuple[pl.LazyFrame, pl.Expr]:
    """All rows, prepared, and which of them are bad."""
    prepared = prepare(profile.scanned, contract)
    broken = [pl.col(ROW_UNREADABLE).is_not_null(), pl.col(contract.label.name).is_null()]
    broken += [
        pl.col(unreadable(one.name)).is_not_null() for one in contract.columns if one.logical_type != "string"
    ]
    return prepared, reduce(or_, broken)


def survey(contract: Contract, profile: Profile, split: Split) -> Survey:
    """Count, in one pass, the bad rows and the good ones of each environment. DataError as the split says."""
    prepared, bad = good_rows(contract, profile)
    names = [column.name for column in contract.columns]
    label = pl.col(contract.label.name)
    classes = label.unique() if contract.task == "classification" else label.head(0)
    environment = split.environment(prepared.filter(~bad))
    counted = (
        prepared.with_columns(bad.alias(ROW_UNREADABLE))
        .with_columns(pl.when(~pl.col(ROW_UNREADABLE)).then(environment).alias(ENVIRONMENT))
        .group_by(ROW_UNREADABLE, ENVIRONMENT)
        .agg(
            pl.len(),
            classes.implode(),
            pl.struct(pl.col(name).count().alias(str(place)) for place, name in enumerate(names)).alias(
                "values"
            ),
        )
        .sort(ENVIRONMENT, nulls_last=True)
        .collect(engine="streaming")
    )
    found = [
        Counted(name, rows, frozenset(labels), dict(zip(names, values.values(), strict=True)))
        for is_bad, name, rows, labels, values in counted.iter_rows()
        if not is_bad
    ]
    return Survey(sum(row[2] for row in counted.iter_rows() if row[0]), tuple(found))
