"""Our extensions of the data contract standard, which live in `customProperties`, as it asks.

A custom property is ours unless its `vendor` names somebody else; of ours, every name must be known.
"""

from collections.abc import Sequence
from typing import Any

from open_data_contract_standard.model import CustomProperty

from irm_core.contracts.problems import Problem, Problems, unknown
from irm_core.contracts.yaml_lines import Place

VENDOR = "irmflow"

CONTRACT = ("maxQuarantined", "missingValues", "scale", "impute")
FILES = ("delimiter", "decimal", "storageOptions", "credentialsBlock", "version")
DATABASE = ("query", "credentialsBlock")
SCHEMA = ("environments",)
PROPERTY = ("role", "task", "missingValues", "scale", "impute")
QUALITY = ("environments", "split")


def ours(
    properties: Sequence[CustomProperty] | None, known: tuple[str, ...], place: Place, problems: Problems
) -> dict[str, tuple[Any, Place]]:
    """name -> (value, its place), for those of the custom properties of `place` that are ours."""
    found: dict[str, tuple[Any, Place]] = {}
    for index, one in enumerate(properties or ()):
        here = (*place, "customProperties", index)
        name = str(one.property)
        if one.vendor not in (None, VENDOR):
            continue
        if name not in known:
            problems.found.append(Problem((*here, "property"), _stranger(name, known)))
        elif name in found:
            problems.add((*here, "property"), f"the custom property {name!r} is given twice.")
        else:
            found[name] = (one.value, (*here, "value"))
    return found


def _stranger(name: str, known: tuple[str, ...]) -> str:
    return f"{unknown('custom property', name, known)} Another tool's needs its `vendor`."
