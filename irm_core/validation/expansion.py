"""Rules within environments, made one rule per environment, so that each has a result of its own."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import environment_of
from irm_core.contracts.problems import at
from irm_core.contracts.rules import Rule
from irm_core.contracts.within import name_within
from irm_core.errors import DataError

Present = Mapping[str, Sequence[str]]


def expanded(frame: pl.LazyFrame, contract: Contract) -> tuple[pl.LazyFrame, Contract]:
    """The frame with the environments of every split that a rule is about, and the contract with such a rule
    once per environment. One pass over the attributes tells which environments there are.

    Raises DataError where a rule names an environment that no row is in.
    """
    splits = {one.within.split_name: one.within for one in contract.rules if one.within}
    if not splits:
        return frame, contract
    named = frame.with_columns(
        within.environment().alias(environment_of(name)) for name, within in splits.items()
    )
    present = _present(named, list(splits))
    rules = [one for rule in contract.rules for one in _each(rule, present, contract)]
    _refuse_one_name(rules, contract)
    return named, replace(contract, rules=tuple(rules))


def _present(named: pl.LazyFrame, splits: Sequence[str]) -> Present:
    columns = [named.select(pl.col(environment_of(split)).unique().sort()) for split in splits]
    found = pl.collect_all(columns, engine="streaming")
    return {split: one.to_series().drop_nulls().to_list() for split, one in zip(splits, found, strict=True)}


def _each(rule: Rule, present: Present, contract: Contract) -> Iterator[Rule]:
    if rule.within is None:
        yield rule
        return
    known = present[rule.within.split_name]
    for name in rule.within.named or known:
        if name not in known:
            raise DataError(at(contract.path, rule.line, _unknown(name, rule, rule.within.split_name, known)))
        yield replace(rule, name=name_within(rule.name, name), within=replace(rule.within, named=(name,)))


def _unknown(name: str, rule: Rule, split: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    return (
        f"the rule {rule.name!r} names {name!r}, an environment of the split {split!r} that no row is in."
        f"{meant} There are: {', '.join(known) or 'none'}."
    )


def _refuse_one_name(rules: Sequence[Rule], contract: Contract) -> None:
    """Two rules of one name would have one result."""
    for name, times in Counter(one.name for one in rules).items():
        if times > 1:
            line = max(one.line for one in rules if one.name == name)
            raise DataError(at(contract.path, line, f"two rules are called {name!r}; rename one."))
