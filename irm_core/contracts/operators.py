"""The operators of library metrics (`mustBe`, `mustBeLessThan`, ...), as bounds."""

from math import ceil, floor
from typing import Any

from open_data_contract_standard.model import DataQuality

from irm_core.contracts.problems import Problem
from irm_core.contracts.values import typed
from irm_core.contracts.yaml_lines import Place


def bounds(quality: DataQuality, place: Place) -> dict[str, Any]:
    """The operator as min_value, max_value, strict_min, strict_max. Raises Problem if it is no interval."""
    found = _interval(quality)
    if found is None:
        raise Problem(place, "mustNotBe and mustNotBeBetween cannot be run; state what must be.")
    try:
        for key in ("min_value", "max_value"):
            typed(found.get(key, 0), "number")
    except ValueError as error:
        raise Problem(place, f"the operator needs a number: {error}") from None
    if found.get("max_value", 1) < 0 or (found.get("max_value") == 0 and "strict_max" in found):
        raise Problem(place, "no data can obey this: a count is never below 0.")
    return found


def _interval(quality: DataQuality) -> dict[str, Any] | None:
    if quality.mustBe is not None:
        return {"min_value": quality.mustBe, "max_value": quality.mustBe}
    if quality.mustBeBetween is not None:
        return dict(zip(("min_value", "max_value"), quality.mustBeBetween, strict=True))
    for operator, interval in _ONE_SIDED.items():
        value = getattr(quality, operator)
        if value is not None:
            return {key: value if key.endswith("value") else True for key in interval}
    return None


_ONE_SIDED = {
    "mustBeGreaterThan": ("min_value", "strict_min"),
    "mustBeGreaterOrEqualTo": ("min_value",),
    "mustBeLessThan": ("max_value", "strict_max"),
    "mustBeLessOrEqualTo": ("max_value",),
}


def whole_bounds(quality: DataQuality, place: Place) -> dict[str, int]:
    """The same for whole numbers, where no bound needs to be strict."""
    found = bounds(quality, place)
    whole: dict[str, int] = {}
    if "min_value" in found:
        whole["min_value"] = (
            floor(found["min_value"]) + 1 if "strict_min" in found else ceil(found["min_value"])
        )
    if "max_value" in found:
        whole["max_value"] = (
            ceil(found["max_value"]) - 1 if "strict_max" in found else floor(found["max_value"])
        )
    return whole


def none_at_all(limits: dict[str, Any], unit: str) -> bool:
    """Whether the bounds on a number of rows leave nothing but 0."""
    most = limits.get("max_value")
    if most is None or limits.get("min_value", 0) > 0:
        return False
    return bool(most == 0 or (unit == "rows" and (most < 1 or (most == 1 and "strict_max" in limits))))
