"""The quality rules of a contract: library metrics, and Great Expectations given as such."""

from dataclasses import replace
from typing import Literal

from irm_core.contracts.custom_expectations import custom_rule
from irm_core.contracts.drafts import Draft
from irm_core.contracts.library_metrics import library_rules
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.quality_entry import QualityEntry

_SEVERITIES = ("error", "warning", "info")


def quality_rules(entry: QualityEntry) -> list[Draft]:
    """The rules that the entry states; text states none. Raises Problem where they could not be run."""
    severity = _severity(entry)
    kind = entry.quality.type or "library"
    if kind == "text":
        return []
    if kind not in ("library", "custom"):
        told = f"rules of type {kind} cannot be run; use library, or custom with greatExpectations."
        raise Problem((*entry.place, "type"), told)
    drafts = library_rules(entry) if kind == "library" else [custom_rule(entry)]
    return [replace(one, severity=severity, within=entry.within, name=_name(entry, one)) for one in drafts]


def _name(entry: QualityEntry, draft: Draft) -> str:
    return f"{entry.column or 'table'}.{entry.quality.name}" if entry.quality.name else draft.name


def _severity(entry: QualityEntry) -> Literal["error", "warning"]:
    severity = (entry.quality.severity or "error").lower()
    if severity not in _SEVERITIES:
        raise Problem((*entry.place, "severity"), unknown("severity", entry.quality.severity, _SEVERITIES))
    return "error" if severity == "error" else "warning"
