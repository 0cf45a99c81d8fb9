"""The splits that a contract declares in its custom property `environments`."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from irm_core.contracts.problems import Problem, Problems, unknown
from irm_core.contracts.splits import KINDS, Split
from irm_core.contracts.yaml_lines import Place

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Names of data sets and splits become names of folders and of MLflow models."""


def read_splits(value: Any, place: Place, columns: Sequence[str], problems: Problems) -> dict[str, Split]:
    """name -> split, in the order of the contract: the first is the default."""
    if not isinstance(value, dict) or not value:
        problems.add(place, "environments is a mapping from the name of a split to its declaration.")
        return {}
    splits: dict[str, Split] = {}
    for name, declared in value.items():
        with problems.gathered():
            splits[name] = _split(name, declared, (*place, name), problems)
            _check_columns(splits[name], (*place, name), columns)
    return splits


def _split(name: str, declared: Any, place: Place, problems: Problems) -> Split:
    if not SAFE_NAME.fullmatch(name):
        raise Problem(
            place, f"the name of a split is made of letters, digits, `_`, `-` and `.`, unlike {name!r}."
        )
    if not isinstance(declared, dict):
        raise Problem(place, f"the split {name!r} is a mapping, such as {{kind: column, columns: [site]}}.")
    kind = declared.get("kind", "column")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Problem((*place, "kind"), unknown("kind of split", kind, sorted(KINDS)))
    try:
        return KINDS[kind].model_validate(declared, by_alias=True, by_name=False)
    except ValidationError as error:
        known = [field.alias or name for name, field in KINDS[kind].model_fields.items()]
        problems.found += [_told(one, place, known) for one in error.errors()[1:]]
        raise _told(error.errors()[0], place, known) from None


def _told(error: Any, place: Place, known: list[str]) -> Problem:
    key = error["loc"][0]
    where = (*place, *error["loc"])
    if error["type"] == "extra_forbidden":
        return Problem(where, unknown("key", key, known))
    if error["type"] == "missing":
        return Problem(where, f"this split lacks the key {key!r}.")
    if isinstance(error["input"], bool):
        return Problem(
            where, f"{key} holds {error['input']!r}, not text; YAML reads yes and no so: use quotes."
        )
    return Problem(where, f"{key} is {error['input']!r}: {error['msg'].lower()}.")


def _check_columns(split: Split, place: Place, columns: Sequence[str]) -> None:
    for index, name in enumerate(split.columns):
        if name not in columns:
            raise Problem((*place, "columns", index), unknown("column", name, list(columns)))
    if len(set(split.columns)) < len(split.columns):
        raise Problem((*place, "columns"), "a column is named twice.")
    if len(set(split.hold_out)) < len(split.hold_out):
        raise Problem((*place, "holdOut"), "an environment is held out twice.")
