"""What a rule asks of a number, in a few characters: `≥ 1000`, `> 20, ≤ 80`, `≥ 90 % of rows`."""

from collections.abc import Mapping
from typing import Any

from irm_core.contracts.rules import Rule


def bounds_in_words(rule: Rule) -> str:
    """The bounds of the number or share that the rule is about; empty where it is about none."""
    if "mostly" in rule.arguments:
        return f"≥ {100 * rule.arguments['mostly']:.4g} % of rows"
    if "value" in rule.arguments:
        return f"= {_plain(rule.arguments['value'])}"
    unit = " %" if rule.arguments.get("unit") == "percent" else ""
    found = _interval(rule.arguments)
    return f"{found}{unit}" if found else ""


def _interval(arguments: Mapping[str, Any]) -> str:
    low, high = _plain(arguments.get("min_value")), _plain(arguments.get("max_value"))
    if low is not None and low == high:
        return f"= {low}"
    below = "" if high is None else f"{'<' if arguments.get('strict_max') else '≤'} {high}"
    above = "" if low is None else f"{'>' if arguments.get('strict_min') else '≥'} {low}"
    return ", ".join(one for one in (above, below) if one)


def _plain(value: Any) -> Any:
    """Whole numbers without a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
