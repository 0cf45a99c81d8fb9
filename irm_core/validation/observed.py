"""What a rule was found to be, where that is no count of rows: a number, or words about columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from irm_core.data.printable import printable


def observed(result: Mapping[str, Any], *, success: bool) -> Any:
    """Great Expectations' observed value; of lists of columns, what is wrong with them."""
    value = result.get("observed_value")
    mismatched = result.get("details", {}).get("mismatched")
    if isinstance(mismatched, Mapping):
        return "; ".join(f"{how}: {_names(names)}" for how, names in sorted(mismatched.items()))
    if isinstance(value, list):
        return f"{len(value)} columns" if success else _names(value)
    return value


def _names(names: Sequence[str]) -> str:
    return ", ".join(printable(one) or "one without a name" for one in names)
