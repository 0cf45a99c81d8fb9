"""What a contract says about bad data: how much may be quarantined, and what means "missing"."""

import re
from typing import Any

from irm_core.contracts.problems import Problem
from irm_core.contracts.yaml_lines import Place

PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")


def max_quarantined(value: Any, place: Place) -> float:
    """The share of rows that may be quarantined: `20 %`, or 0.2. A bare 1 could be meant as either."""
    percent = PERCENT.fullmatch(value) if isinstance(value, str) else None
    share = float(percent[1]) / 100 if percent else value
    if value == 1 and not isinstance(value, bool):
        raise Problem(place, f"maxQuarantined is {value}: is that 1 % or 100 %? Write it so.")
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise Problem(place, f"maxQuarantined is a share of the rows, such as 20 % or 0.2, not {value!r}.")
    return float(share)


def means_missing(value: object, missing: tuple[str, ...]) -> bool:
    """Whether `value` is one of the texts that mean "missing", or the number that one of them is."""
    if value is None or value in ("", *missing):
        return True
    return not isinstance(value, bool) and _number(value) in {_number(one) for one in missing} - {None}


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def missing_values(value: Any, place: Place) -> tuple[str, ...]:
    """The texts that mean "missing", besides the empty one."""
    if not isinstance(value, list):
        raise Problem(place, "missingValues is a list of texts, such as ['NA', '-9'].")
    for index, one in enumerate(value):
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            raise Problem((*place, index), f"missingValues holds {one!r}, not text; use quotes.")
    return tuple(str(one) for one in value)
