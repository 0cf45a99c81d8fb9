"""Rejection: what is said, and kept, when more rows are quarantined than the contract allows."""

from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, RULES, unreadable
from irm_core.errors import DataError

MOST_RULES = 10
RULE = "rule"


def broken_rules(quarantine: pl.LazyFrame) -> dict[str, int]:
    """How many rows break each rule, the most broken first."""
    rules = quarantine.select(pl.col(RULES).explode(empty_as_null=False, keep_nulls=False).alias(RULE))
    counts = rules.group_by(RULE).len().sort(["len", RULE], descending=[True, False])
    return dict(counts.collect(engine="streaming").iter_rows())


def rejection(contract: Contract, kept: Path, read: int) -> DataError:
    """The error that says how many rows are bad, the rules they break most with examples, and what to do.

    kept: the Parquet file of the quarantined rows.
    """
    frame = pl.scan_parquet(kept)
    broken = broken_rules(frame)
    bad = frame.select(pl.len()).collect().item()
    examples = [
        f"  {rule}: {count} {'row' if count == 1 else 'rows'}, {_example(frame, rule, contract)}"
        for rule, count in list(broken.items())[:MOST_RULES]
    ]
    more = [f"  and {len(broken) - MOST_RULES} more rules"] if len(broken) > MOST_RULES else []
    return DataError(
        "\n".join(
            [
                f"{bad} of {read} rows ({bad / read:.1%}) break the contract {contract.path}, which allows "
                f"{contract.max_quarantined:.1%}. Nothing was published.",
                *examples,
                *more,
                f"All of them, with file, line and rules: {kept}. "
                f"Correct the data or the contract, or allow more by `maxQuarantined`.",
            ]
        )
    )


def _example(frame: pl.LazyFrame, rule: str, contract: Contract) -> str:
    broken = frame.filter(pl.col(RULES).list.contains(rule))
    row = broken.head(1).collect().row(0, named=True)
    return f"for example {_value(row, rule, contract)} ({row[FILE]}:{row[LINE]})"


def _value(row: dict[str, object], rule: str, contract: Contract) -> str:
    subject, _, kind = rule.rpartition(".")
    if subject == "row":
        return str(row[ROW_UNREADABLE])
    if kind == "image":
        return f"{row[subject]}: {row[unreadable(subject)]}"
    named = [column.name for column in contract.columns if column.name == subject] or _columns(contract, rule)
    return ", ".join(f"{name} = {row[name]!r}" for name in named)


def _columns(contract: Contract, rule: str) -> list[str]:
    """The columns that the arguments of the rule name."""
    arguments = next(one.arguments for one in contract.rules if one.name == rule).values()
    return [
        column.name for column in contract.columns if any(_mentions(one, column.name) for one in arguments)
    ]


def _mentions(argument: object, column: str) -> bool:
    return argument == column or (isinstance(argument, list | tuple) and column in argument)
