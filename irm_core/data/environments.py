"""Environments of a version: which there are, and whether each is fit to be one."""

from collections.abc import Sequence
from difflib import get_close_matches

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT
from irm_core.contracts.splits import Split
from irm_core.data.slugs import slugs
from irm_core.data.version import Environment
from irm_core.errors import DataError

ROWS = "rows"
CLASSES = "classes"
UNLABELLED = "unlabelled"


def environments(good: pl.LazyFrame, contract: Contract, split_name: str) -> tuple[Environment, ...]:
    """The environments of the good rows, sorted by name.

    good: needs ENVIRONMENT and the label.
    Raises DataError, naming environment and remedy, where a row belongs to none, a hold-out environment
    does not exist, one has fewer rows than `minRows`, an unlabelled row or (to be classified) a single class,
    or none is left to train on.
    """
    split = contract.splits[split_name]
    counts = _counts(good, contract.label.name)
    _refuse_homeless(counts, split)
    names = counts[ENVIRONMENT].to_list()
    _refuse_absent(names, split, split_name)
    for name, rows, classes, unlabelled in counts.iter_rows():
        _refuse_small(name, rows, split)
        _refuse_unlabelled(name, unlabelled, contract)
        if contract.task == "classification":
            _refuse_pure(name, classes, contract.label.name, split)
    named = slugs(names)
    return tuple(
        Environment(name=name, slug=named[name], rows=rows, hold_out=name in split.hold_out)
        for name, rows in counts.select(ENVIRONMENT, ROWS).iter_rows()
    )


def _counts(good: pl.LazyFrame, label: str) -> pl.DataFrame:
    by_environment = good.group_by(ENVIRONMENT).agg(
        pl.len().alias(ROWS),
        pl.col(label).drop_nulls().n_unique().alias(CLASSES),
        pl.col(label).null_count().alias(UNLABELLED),
    )
    return by_environment.sort(ENVIRONMENT).collect(engine="streaming")


def _refuse_homeless(counts: pl.DataFrame, split: Split) -> None:
    homeless = counts.filter(pl.col(ENVIRONMENT).is_null())
    if len(homeless):
        raise DataError(
            f"{homeless[ROWS].item()} good rows belong to no environment: "
            f"{_attributes(split)} is missing there. Declare `required: true` for it, so that such "
            f"rows are quarantined, or complete the data."
        )


def _refuse_absent(names: Sequence[str], split: Split, split_name: str) -> None:
    for name in split.hold_out:
        if name not in names:
            similar = get_close_matches(name, names, n=1)
            meant = f" Is it {similar[0]!r}?" if similar else ""
            raise DataError(
                f"The split {split_name!r} holds out the environment {name!r}, which has not one good row."
                f"{meant} There are: {', '.join(names)}. Correct `holdOut`."
            )
    if set(names) == set(split.hold_out):
        raise DataError(
            f"The split {split_name!r} leaves no environment to train on: all of {', '.join(names)} are held "
            f"out, or quarantined. Hold out fewer."
        )


def _refuse_small(name: str, rows: int, split: Split) -> None:
    if rows < split.min_rows:
        raise DataError(
            f"The environment {name!r} has {rows} good rows, `minRows` asks for {split.min_rows}. "
            f"Add data, lower `minRows`, or leave its rows out of the source."
        )


def _refuse_unlabelled(name: str, unlabelled: int, contract: Contract) -> None:
    if unlabelled:
        raise DataError(
            f"The environment {name!r} has {unlabelled} good rows without the label, "
            f"{contract.label.name!r}. Declare `required: true` for it "
            f"({contract.path}:{contract.label.line}), so that such rows are quarantined."
        )


def _refuse_pure(name: str, classes: int, label: str, split: Split) -> None:
    if classes < 2:
        raise DataError(
            f"The environment {name!r} has only one class of {label!r}, so nothing can be learned there. "
            f"Separate environments by something else than {_attributes(split)}, or leave its "
            f"rows out of the source."
        )


def _attributes(split: Split) -> str:
    return " or ".join(repr(column) for column in split.columns)
