"""Where a rule holds: not in all rows, but within environments of a split."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.splits import Split
from irm_core.contracts.yaml_lines import Place

EACH = "each"
Found = Mapping[str, tuple[Any, Place]]


@dataclass(frozen=True)
class Within:
    """The environments that a rule is about: those `named`, or each that the data have where none is.

    They are what the split makes of a row by itself, before small ones are pooled or dropped; a row that is
    in none of them obeys.
    """

    split_name: str
    split: Split
    named: tuple[str, ...] = ()

    def environment(self) -> pl.Expr:
        """The environment of each row; null where it is in none."""
        return self.split.home(pl.LazyFrame())

    def obeyed(self, valid: pl.Expr, *, alone: bool) -> pl.Expr:
        """True, per row, where `valid` holds or is not asked for. What is not `alone` is judged by peers."""
        environment = self.environment()
        asked = environment.is_in(self.named) if self.named else environment.is_not_null()
        return ~asked.fill_null(False) | (valid if alone else valid.over(environment))


def name_within(rule: str, environment: str) -> str:
    """What the rule is called in one environment."""
    return f"{rule} in {environment}"


def read_within(custom: Found, splits: Mapping[str, Split]) -> Within | None:
    """What a quality rule's custom properties say of environments. Raises Problem if it cannot be meant."""
    if "environments" not in custom:
        if "split" in custom:
            raise Problem(custom["split"][1], "`split` says nothing without `environments`: each, or names.")
        return None
    value, place = custom["environments"]
    named = _named(value, place)
    name = _split_name(custom, splits, place)
    if not splits[name].alone:
        told = (
            f"the environments of the split {name!r} depend on which rows are good, so that no rule can be "
            f"about them; use a split of another kind."
        )
        raise Problem(place, told)
    return Within(name, splits[name], named)


def _named(value: Any, place: Place) -> tuple[str, ...]:
    if value == EACH:
        return ()
    names = value if isinstance(value, list) else [value]
    if not names or any(isinstance(one, bool) or not isinstance(one, str | int | float) for one in names):
        told = f"environments is `{EACH}`, the name of one, or a list of names, not {value!r}; use quotes."
        raise Problem(place, told)
    if len(set(map(str, names))) < len(names):
        raise Problem(place, "an environment is named twice.")
    return tuple(map(str, names))


def _split_name(custom: Found, splits: Mapping[str, Split], place: Place) -> str:
    if "split" in custom:
        name, where = custom["split"]
        if not isinstance(name, str) or name not in splits:
            raise Problem(where, unknown("split", name, list(splits)))
        return name
    if len(splits) == 1:
        return next(iter(splits))
    told = "say of which split these are environments, by the custom property `split`"
    raise Problem(place, f"{told}: {', '.join(splits) or 'there is none'}.")
