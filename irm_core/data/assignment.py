"""Assignment: the environment of every row, and what becomes of rows without one, or in too small a one."""

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT, NO_ENVIRONMENT, RULES, SMALL_ENVIRONMENT
from irm_core.contracts.splits.split import POOLED, Split
from irm_core.data.quarantine import is_good

NAME = pl.col(ENVIRONMENT)


def assign(flagged: pl.LazyFrame, contract: Contract, split_name: str) -> pl.LazyFrame:
    """`flagged` and ENVIRONMENT; RULES tells of good rows that the split's policies send to quarantine.

    An expression on the row, except that `quantiles` and `small: drop | pool` first go through all rows once.
    ENVIRONMENT stays null where a row has none and the split says `missing: error`.
    """
    split = contract.splits[split_name]
    named = flagged.with_columns(split.home(flagged.filter(is_good())).alias(ENVIRONMENT))
    return _sized(_homed(named, split), split, contract)


def _homed(named: pl.LazyFrame, split: Split) -> pl.LazyFrame:
    return _refused(named, NAME.is_null(), NO_ENVIRONMENT) if split.missing == "quarantine" else named


def _sized(named: pl.LazyFrame, split: Split, contract: Contract) -> pl.LazyFrame:
    if split.small == "error":
        return named
    small = NAME.is_in(_small(named, split, contract))
    if split.small == "pool":
        return named.with_columns(pl.when(small).then(pl.lit(POOLED)).otherwise(NAME).alias(ENVIRONMENT))
    return _refused(named, small, SMALL_ENVIRONMENT)


def _small(named: pl.LazyFrame, split: Split, contract: Contract) -> list[str]:
    """The environments with too few rows, or a single class to tell apart.

    Without the hold-outs: to pool one would be to train on it.
    """
    too_few = pl.len() < split.min_rows
    if contract.task == "classification":
        too_few |= pl.col(contract.label.name).drop_nulls().n_unique() < 2
    found = named.filter(is_good()).group_by(ENVIRONMENT).agg(too_few.alias("small")).filter("small")
    names = found.select(NAME.drop_nulls().sort()).collect(engine="streaming").to_series()
    return [name for name in names if name not in split.hold_out]


def _refused(named: pl.LazyFrame, where: pl.Expr, rule: str) -> pl.LazyFrame:
    """The rule is the only one that these rows break: the others are in quarantine already."""
    refused = pl.when(is_good() & where).then(pl.lit([rule], pl.List(pl.String)))
    return named.with_columns(refused.otherwise(pl.col(RULES)).alias(RULES))
