"""Quality rules of type custom: Great Expectations, given by type and arguments."""

from typing import Any

import yaml

from irm_core.contracts.drafts import Draft, drafted
from irm_core.contracts.kinds import KINDS, KINDS_OF_CONTRACTS
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.quality_entry import QualityEntry
from irm_core.contracts.yaml_lines import Place

_KEYS = ("type", "kwargs")


def custom_rule(entry: QualityEntry) -> Draft:
    """The expectation, about the column whose quality states it unless it names another."""
    engine = (entry.quality.engine or "").lower().replace("-", "").replace("_", "")
    if engine != "greatexpectations":
        told = f"rules of the engine {entry.quality.engine!r} cannot be run; use greatExpectations."
        raise Problem((*entry.place, "engine"), told)
    place = (*entry.place, "implementation")
    stated = _implementation(entry.quality.implementation, place)
    if stated["type"] not in KINDS_OF_CONTRACTS:
        raise Problem(place, unknown("expectation", stated["type"], KINDS_OF_CONTRACTS))
    arguments = dict(stated.get("kwargs", {}))
    if entry.column is not None and KINDS[stated["type"]].domain == ("column",):
        arguments.setdefault("column", entry.column)
    return drafted(stated["type"], arguments, place)


def _implementation(stated: Any, place: Place) -> dict[str, Any]:
    if isinstance(stated, str):
        stated = _parsed(stated, place)
    if not isinstance(stated, dict) or not isinstance(stated.get("type"), str):
        raise Problem(place, "the implementation is a mapping of `type` (the expectation) and `kwargs`.")
    for key in stated:
        if key not in _KEYS:
            raise Problem((*place, key), unknown("key", key, _KEYS))
    if not isinstance(stated.get("kwargs", {}), dict):
        raise Problem((*place, "kwargs"), "`kwargs` is a mapping of the expectation's arguments.")
    return stated


def _parsed(text: str, place: Place) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Problem(place, f"the implementation is not YAML: {' '.join(str(error).split())}.") from None
