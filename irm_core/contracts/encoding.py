"""Encoding: what a contract says about how features become numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from irm_core.contracts.notation import LogicalType
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.yaml_lines import Place

Scale = Literal["standard", "robust", "none"]
Impute = Literal["mean", "median"]

_CHOICES: dict[str, tuple[str, ...]] = {"scale": get_args(Scale), "impute": get_args(Impute)}
_TYPES: dict[str, tuple[LogicalType, ...]] = {
    "scale": ("integer", "number"),
    "impute": ("integer", "number", "boolean"),
}


@dataclass(frozen=True)
class Encoding:
    """scale: by what a number is centred and divided. impute: what stands where there is none.

    Both are learnt from training rows. robust: median and interquartile range. none: the number as it is.
    """

    scale: Scale = "standard"
    impute: Impute = "mean"


DEFAULT = Encoding()


def default_encoding(custom: Mapping[str, tuple[Any, Place]]) -> Encoding:
    """What the custom properties of the whole contract say, for features that say nothing themselves."""
    return Encoding(**{name: _choice(name, *custom[name]) for name in _CHOICES if name in custom})


def encoding(
    column: str,
    custom: Mapping[str, tuple[Any, Place]],
    role: str,
    logical_type: LogicalType,
    default: Encoding,
) -> Encoding:
    """What the custom properties of a column say, else the contract. Raises Problem where it has no use."""
    said = {name: custom[name] for name in _CHOICES if name in custom}
    for name, (_, place) in said.items():
        if role != "feature":
            raise Problem(place, f"only features have a {name}; {column!r} has the role {role}.")
        if logical_type not in _TYPES[name]:
            raise Problem(place, f"{column!r} is a {logical_type}, which has no {name}.")
    chosen = {name: _choice(name, *one) for name, one in said.items()}
    return Encoding(**({"scale": default.scale, "impute": default.impute} | chosen))


def _choice(name: str, value: Any, place: Place) -> Any:
    if value not in _CHOICES[name]:
        raise Problem(place, unknown(name, value, _CHOICES[name]))
    return value
