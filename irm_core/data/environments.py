"""Environments of a version: which there are, and whether each is fit to be one."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT
from irm_core.contracts.splits.split import MISSING, POOLED, Split
from irm_core.data.slugs import slugs
from irm_core.data.version import Environment
from irm_core.errors import DataError

ROWS = "rows"
CLASSES = "classes"
UNLABELLED = "unlabelled"


def environments(good: pl.LazyFrame, contract: Contract, split_name: str) -> tuple[Environment, ...]:
    """The environments of the good rows, sorted by name. Raises DataError for what `unfit` tells.

    good: needs ENVIRONMENT, the label and the attributes of the split.
    """
    counts = _counts(good, contract.label.name)
    if found := _all_unfit(counts, good, contract, split_name):
        raise DataError("\n".join(found))
    slug_of = slugs(counts[ENVIRONMENT].to_list())
    held_out = contract.splits[split_name].hold_out
    return tuple(
        Environment(name=name, slug=slug_of[name], rows=rows, hold_out=name in held_out)
        for name, rows in counts.select(ENVIRONMENT, ROWS).iter_rows()
    )


def unfit(good: pl.LazyFrame, contract: Contract, split_name: str) -> list[str]:
    """A sentence, with environment and remedy, for all that keeps the good rows from being learned from.

    A row belongs to no environment; a hold-out does not exist; an environment has fewer rows than `minRows`,
    an unlabelled row or (to be classified) a single class; none is left to train on; or a name that the
    policies give is one of the data's.
    """
    return _all_unfit(_counts(good, contract.label.name), good, contract, split_name)


def _all_unfit(counts: pl.DataFrame, good: pl.LazyFrame, contract: Contract, split_name: str) -> list[str]:
    split, named = contract.splits[split_name], counts.drop_nulls(ENVIRONMENT)
    return [
        *_homeless(counts, split),
        *_taken(good, split),
        *_absent(named[ENVIRONMENT].to_list(), split, split_name),
        *(problem for row in named.iter_rows(named=True) for problem in _unfit(row, contract, split)),
    ]


def _counts(good: pl.LazyFrame, label: str) -> pl.DataFrame:
    by_environment = good.group_by(ENVIRONMENT).agg(
        pl.len().alias(ROWS),
        pl.col(label).drop_nulls().n_unique().alias(CLASSES),
        pl.col(label).null_count().alias(UNLABELLED),
    )
    return by_environment.sort(ENVIRONMENT).collect(engine="streaming")


def _homeless(counts: pl.DataFrame, split: Split) -> Iterator[str]:
    for rows in counts.filter(pl.col(ENVIRONMENT).is_null())[ROWS]:
        yield (
            f"{rows} good {'row belongs' if rows == 1 else 'rows belong'} to no environment: "
            f"{split.homeless()} there. Complete the data, or say in the split what becomes of such rows: "
            f"`missing: quarantine`, or `missing: own` for an environment of their own."
        )


def _taken(good: pl.LazyFrame, split: Split) -> Iterator[str]:
    """Names that our policies give to environments, where the data have them too: two would become one."""
    policies = {MISSING: split.missing == "own", POOLED: split.small == "pool"}
    for name in (name for name, ours in policies.items() if ours):
        named_so = good.filter(pl.col(ENVIRONMENT) == name)
        if named_so.filter(split.environment(good) == name).head(1).collect().height:
            yield (
                f"The data have an environment {name!r} of their own, which is also what the split calls "
                f"{'rows without one' if name == MISSING else 'small ones together'}. Rename it in the data, "
                f"or{' list it under `missingValues`, or' if name == MISSING else ''} change the policy."
            )


def _absent(names: Sequence[str], split: Split, split_name: str) -> Iterator[str]:
    for name in split.hold_out:
        if name not in names:
            similar = get_close_matches(name, names, n=1)
            meant = f" Is it {similar[0]!r}?" if similar else ""
            yield (
                f"The split {split_name!r} holds out the environment {name!r}, which has not one good row."
                f"{meant} There are: {', '.join(names) or 'none'}. Correct `holdOut`."
            )
    if set(names) <= set(split.hold_out):
        yield f"The split {split_name!r} leaves no environment to train on: {_all_gone(names)}."


def _all_gone(names: Sequence[str]) -> str:
    if not names:
        return "no good row is in any. See above why, or the quarantine, or split otherwise"
    verb = "is" if len(names) == 1 else "are all"
    return f"{', '.join(names)} {verb} held out, all others are quarantined or not there. Hold out fewer"


def _unfit(row: dict[str, Any], contract: Contract, split: Split) -> Iterator[str]:
    name, label = row[ENVIRONMENT], contract.label
    if row[ROWS] < split.min_rows:
        yield (
            f"The environment {name!r} has {row[ROWS]} good rows, `minRows` asks for {split.min_rows}. "
            f"Add data, lower `minRows`, or {_remedy(name, split)}."
        )
    if row[UNLABELLED]:
        yield (
            f"The environment {name!r} has {row[UNLABELLED]} good rows without the label, {label.name!r}. "
            f"Declare `required: true` for it ({contract.path}:{label.line}): such rows go to quarantine."
        )
    elif contract.task == "classification" and row[CLASSES] < 2:
        attributes = " and ".join(map(repr, split.attributes())) or "line"
        yield (
            f"The environment {name!r} has only one class of {label.name!r}, so nothing can be learned "
            f"there. Split by something else than {attributes}, leave its rows out of the source, or "
            f"{_remedy(name, split)}."
        )


def _remedy(name: str, split: Split) -> str:
    """What the split can say about an environment that is too small."""
    if name in split.hold_out:
        return "do not hold it out: hold-outs are never dropped, never pooled"
    if name == POOLED and split.small == "pool":
        return "say `small: drop`: it is all small ones together already"
    return "say `small: drop` or `small: pool`"
