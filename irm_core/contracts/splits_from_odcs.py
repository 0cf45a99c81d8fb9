"""The splits that a contract declares in its custom property `environments`."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl
from pydantic import ValidationError

from irm_core.contracts.contract import Task
from irm_core.contracts.problems import Problem, Problems, unknown
from irm_core.contracts.splits import KINDS, Split
from irm_core.contracts.yaml_lines import Place

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Names of data sets and splits become names of folders and of MLflow models."""
DEFAULT_KIND = "column"


def read_splits(value: Any, place: Place, problems: Problems) -> dict[str, Split]:
    """name -> split, in the order of the contract: the first is the default."""
    if not isinstance(value, dict) or not value:
        problems.add(place, "environments is a mapping from the name of a split to its declaration.")
        return {}
    splits: dict[str, Split] = {}
    for name, declared in value.items():
        with problems.gathered():
            splits[name] = _split(name, declared, (*place, name), problems)
    return splits


def split_problems(
    splits: Mapping[str, Split], place: Place, columns: Collection[str], schema: pl.Schema
) -> Iterator[Problem]:
    """What the splits ask for that the columns cannot give. `schema` has the columns without a fault."""
    for name, split in splits.items():
        here = (*place, name)
        yield from _policies(split, here)
        for column, named in split.attributes().items():
            if column not in columns:
                yield Problem((*here, *named), unknown("column", column, list(columns)))
        if all(column in schema for column in split.attributes()):
            yield from (Problem((*here, *one.place), one.sentence) for one in split.faults(schema))


def sizeless(splits: Mapping[str, Split], place: Place, task: Task | None) -> Iterator[Problem]:
    """Policies for small environments where none can be small: none of a single class, nor of few rows."""
    for name, split in splits.items():
        if task == "regression" and split.small != "error" and split.min_rows == 1:
            told = f"`small: {split.small}` needs `minRows`, which says what is small."
            yield Problem((*place, name, "small"), told)


def _policies(split: Split, place: Place) -> Iterator[Problem]:
    if len(set(split.hold_out)) < len(split.hold_out):
        yield Problem((*place, "holdOut"), "an environment is held out twice.")


def _split(name: str, declared: Any, place: Place, problems: Problems) -> Split:
    if not SAFE_NAME.fullmatch(name):
        raise Problem(
            place, f"the name of a split is made of letters, digits, `_`, `-` and `.`, unlike {name!r}."
        )
    if not isinstance(declared, dict):
        raise Problem(place, f"the split {name!r} is a mapping, such as {{kind: column, columns: [site]}}.")
    kind = declared.get("kind", DEFAULT_KIND)
    if not isinstance(kind, str) or kind not in KINDS:
        raise Problem((*place, "kind"), unknown("kind of split", kind, sorted(KINDS)))
    try:
        return KINDS[kind].model_validate(declared, by_alias=True, by_name=False)
    except ValidationError as error:
        known = [field.alias or name for name, field in KINDS[kind].model_fields.items()]
        # A list is also told to be too short where an item of it is wrong.
        errors = [one for one in error.errors() if one["type"] != "too_short" or not one["input"]]
        problems.found += [_told(one, place, known) for one in errors[1:]]
        raise _told(errors[0], place, known) from None


def _told(error: Any, place: Place, known: list[str]) -> Problem:
    key = error["loc"][0]
    where = (*place, *error["loc"])
    if error["type"] == "extra_forbidden":
        return Problem(where, unknown("key", key, known))
    if error["type"] == "missing":
        return Problem(where, f"this split lacks the key {key!r}.")
    if error["type"] == "value_error":
        return Problem(where, str(error["ctx"]["error"]))
    if error["type"] == "string_type" and isinstance(error["input"], bool):
        return Problem(
            where, f"{key} holds {error['input']!r}, not text; YAML reads yes and no so: use quotes."
        )
    return Problem(where, f"{key} is {error['input']!r}: {error['msg'].lower()}.")
