"""The columns that a contract declares, with their types and roles."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from open_data_contract_standard.model import SchemaObject, SchemaProperty

from irm_core.contracts import names
from irm_core.contracts.contract import DTYPES, Column, LogicalType, Role
from irm_core.contracts.custom_properties import PROPERTY, ours
from irm_core.contracts.date_patterns import date_pattern
from irm_core.contracts.encoding import DEFAULT, Encoding, encoding
from irm_core.contracts.policy import missing_values
from irm_core.contracts.problems import Problem, Problems, unknown
from irm_core.contracts.yaml_lines import Place

_ROLES = get_args(Role)
_NUMBERS: tuple[LogicalType, ...] = ("integer", "number")
DATES: tuple[LogicalType, ...] = ("date", "timestamp")

# Types that each role can use; the other roles take any.
_TYPES_OF_ROLE: dict[Role, tuple[LogicalType, ...]] = {
    "label": (*_NUMBERS, "boolean", "string"),
    "feature": (*_NUMBERS, "boolean", "string"),
    "time": (*_NUMBERS, *DATES),
    "image": ("string",),
    "weight": _NUMBERS,
}
_AT_MOST_ONE: tuple[Role, ...] = ("label", "image", "time", "weight")
_OURS = (names.FILE, names.LINE, names.RULES, names.ENVIRONMENT, names.VALIDATION, names.ROW_UNREADABLE)


@dataclass(frozen=True)
class Declared:
    """A column, beside what declares it in the contract; `task` is its custom property, if any."""

    column: Column
    property: SchemaProperty
    place: Place
    task: tuple[Any, Place] | None


def read_columns(
    schema: SchemaObject,
    place: Place,
    environments: Collection[str],
    problems: Problems,
    default: Encoding = DEFAULT,
) -> list[Declared]:
    """The columns without a fault; `environments` are the columns that some split names.

    default: how features are encoded that do not say it.
    """
    declared: list[Declared] = []
    for index, one in enumerate(schema.properties or ()):
        with problems.gathered():
            declared.append(_declared(one, (*place, "properties", index), environments, problems, default))
    for problem in [*_twice(schema, place), *_roles(declared)]:
        problems.found.append(problem)
    return declared


def _declared(
    one: SchemaProperty,
    place: Place,
    environments: Collection[str],
    problems: Problems,
    default: Encoding,
) -> Declared:
    name = str(one.name)
    _check_name(one, name, place)
    if one.logicalType not in DTYPES:
        known = ", ".join(DTYPES)
        raise Problem((*place, "logicalType"), f"{name!r} needs a logicalType that we read: {known}.")
    custom = ours(one.customProperties, PROPERTY, place, problems)
    role = _role(name, one, custom, place, environments)
    _check_use(name, role, one.logicalType, place, environments)
    column = Column(
        name,
        one.logicalType,
        role,
        problems.document.line(place),
        format=_format(one, one.logicalType, place),
        encoding=encoding(name, custom, role, one.logicalType, default),
        missing_values=missing_values(*custom["missingValues"]) if "missingValues" in custom else None,
    )
    return Declared(column, one, place, custom.get("task"))


def unusable(name: str) -> str | None:
    """Why no column can be called so; None where one can."""
    if not name:
        return "a column needs a name."
    if name in _OURS or name.endswith((names.raw(""), names.unreadable(""))):
        return f"the name {name!r} is one that preparation needs; rename the column."
    if name == "*" or (name.startswith("^") and name.endswith("$")):
        return f"Polars takes the name {name!r} for a pattern of names; rename the column."
    return None


def _check_name(one: SchemaProperty, name: str, place: Place) -> None:
    if why := unusable(name):
        raise Problem((*place, "name"), why)
    if one.physicalName not in (None, name):
        raise Problem((*place, "physicalName"), f"the name must be as in the file: {one.physicalName!r}.")


def _role(
    name: str, one: SchemaProperty, custom: dict[str, Any], place: Place, environments: Collection[str]
) -> Role:
    if "role" in custom:
        role, role_place = custom["role"]
        if role not in _ROLES:
            raise Problem(role_place, unknown("role", role, _ROLES))
        return role
    if name in environments:
        return "environment"
    if one.primaryKey:
        return "identifier"
    raise Problem(place, f"{name!r} needs the custom property `role`: one of {', '.join(_ROLES)}.")


def _format(one: SchemaProperty, logical_type: LogicalType, place: Place) -> str | None:
    """The pattern that dates are written in, checked; None where they are in ISO 8601, or there are none."""
    stated = (one.logicalTypeOptions or {}).get("format")
    if logical_type not in DATES or stated is None:
        return None
    try:
        date_pattern(stated, logical_type)
    except ValueError as error:
        raise Problem((*place, "logicalTypeOptions", "format"), str(error)) from None
    return str(stated)


def _check_use(
    name: str, role: Role, logical_type: str | None, place: Place, environments: Collection[str]
) -> None:
    allowed = _TYPES_OF_ROLE.get(role, tuple(DTYPES))
    if logical_type not in allowed:
        raise Problem(place, f"{name!r} is a {role}, which cannot be a {logical_type}: {', '.join(allowed)}.")
    if name in environments and role in ("label", "image", "weight"):
        raise Problem(place, f"{name!r} is the {role}, so that it cannot make environments as well.")


def _twice(schema: SchemaObject, place: Place) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, one in enumerate(schema.properties or ()):
        if one.name in seen:
            yield Problem(
                (*place, "properties", index, "name"), f"the column {one.name!r} is declared twice."
            )
        seen.add(str(one.name))


def _roles(declared: list[Declared]) -> Iterator[Problem]:
    """What is wrong with the roles taken together."""
    by_role: dict[Role, list[Declared]] = {}
    for one in declared:
        by_role.setdefault(one.column.role, []).append(one)
    for role in _AT_MOST_ONE:
        for extra in by_role.get(role, [])[1:]:
            first = by_role[role][0].column.name
            yield Problem(extra.place, f"{extra.column.name!r} is a second {role}, beside {first!r}.")
    if "image" in by_role and "feature" in by_role:
        told = "a model reads images or features, not both yet; give the features the role ignore."
        yield Problem(by_role["feature"][0].place, told)
