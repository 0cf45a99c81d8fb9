"""A rule as a contract states it, before it is known to run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from irm_core.contracts.conditions import named_columns
from irm_core.contracts.kinds import KINDS
from irm_core.contracts.within import Within
from irm_core.contracts.yaml_lines import Place


@dataclass(frozen=True)
class Draft:
    """What RuleBuilder makes a Rule of."""

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    place: Place
    severity: Literal["error", "warning"] = "error"
    within: Within | None = None


def drafted(expectation: str, arguments: Mapping[str, Any], place: Place) -> Draft:
    """The draft with the name that such a rule has: `age.range`, `table.rows`."""
    kind = KINDS[expectation]
    named = [key for key in kind.domain if key in arguments]  # RuleBuilder refuses a rule without
    subject = " + ".join(map(str, named_columns(tuple(named), arguments))) or "table"
    return Draft(f"{subject}.{kind.word}", expectation, arguments, place)
