"""Keys that the data contract standard does not know, wherever they are, with the nearest that it knows."""

from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from irm_core.contracts.problems import UnknownKey, unknown
from irm_core.contracts.yaml_lines import Place


def unknown_keys(value: Any, kind: Any, place: Place = ()) -> Iterator[UnknownKey]:
    """One UnknownKey for each key below `value` that the pydantic type `kind` has no field for.

    The standard's own models would refuse such keys at the top only, and drop them silently elsewhere.
    """
    if isinstance(value, list):
        items = [get_args(one)[0] for one in _alternatives(kind) if get_origin(one) is list]
        for index, item in enumerate(value):
            yield from (one for kind in items for one in unknown_keys(item, kind, (*place, index)))
    elif isinstance(value, dict):
        models = [one for one in _alternatives(kind) if isinstance(one, type) and issubclass(one, BaseModel)]
        for model in models:
            yield from _keys(value, model, place)


def _keys(value: dict[str, Any], model: type[BaseModel], place: Place) -> Iterator[UnknownKey]:
    fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    for key, below in value.items():
        if key in fields:
            yield from unknown_keys(below, fields[key], (*place, key))
        else:
            yield UnknownKey((*place, key), unknown("key", key, sorted(fields)))


def _alternatives(kind: Any) -> tuple[Any, ...]:
    """The members of a union, or the type alone."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
