"""Quarantine: which rules each row breaks."""

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, RULES, raw, unreadable
from irm_core.data.images import digest

BETWEEN = "\x1f"
"""Between the names of rules while they are one text: the control character that is made for it."""


def flag(prepared: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """`prepared` and RULES: names of the row rules of severity "error" that the row breaks, in their order.

    A good row breaks none: its list is empty.
    """
    # In two stages, since Polars computes an expression anew wherever it occurs in one.
    joined = prepared.with_columns(_joined(contract).alias(RULES))
    return joined.with_columns(_parted(pl.col(RULES)).alias(RULES))


def is_good() -> pl.Expr:
    """True where a flagged row breaks no rule."""
    return pl.col(RULES).list.len() == 0


def good(flagged: pl.LazyFrame, contract: Contract, *more: str) -> pl.LazyFrame:
    """The good rows: their typed values, FILE and LINE, the SHA-256 of their images, and columns `more`."""
    values = [column.name for column in contract.columns]
    digests = [digest(contract.image.name)] if contract.image else []
    return flagged.filter(is_good()).select(*values, FILE, LINE, *digests, *more)


def quarantined(flagged: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """The other rows: raw values under the contract's names, FILE, LINE, RULES, what was unreadable."""
    values = (pl.col(raw(column.name)).alias(column.name) for column in contract.columns)
    why = [ROW_UNREADABLE, *([unreadable(contract.image.name)] if contract.image else [])]
    return flagged.filter(~is_good()).select(*values, FILE, LINE, RULES, *why)


def _joined(contract: Contract) -> pl.Expr:
    """The names of the rules that a row breaks, as one text that ends with BETWEEN, or is empty."""
    names = [
        pl.when(~rule.valid()).then(pl.lit(rule.name))
        for rule in contract.rules
        if rule.level == "row" and rule.severity == "error"
    ]
    # Ten times faster than a list of all rules from which the obeyed ones are dropped.
    return pl.concat_str([*names, pl.lit("")], separator=BETWEEN, ignore_nulls=True)


def _parted(joined: pl.Expr) -> pl.Expr:
    names = joined.str.strip_suffix(BETWEEN).str.split(BETWEEN)
    return pl.when(joined == "").then(pl.lit([], pl.List(pl.String))).otherwise(names)
