"""What validation found: one result per rule."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from irm_core.contracts.contract import Contract
from irm_core.contracts.problems import at
from irm_core.contracts.rules import Rule
from irm_core.errors import DataError


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleResult(_Record):
    """What became of one rule.

    checked: the rows that it was applied to (missing values obey all rules but `required`).
    failed: the rows that break it. Both are None for a rule about a number, such as a mean.
    observed: that number; None for a rule about rows. asked: what it must be, in words, as "≥ 1000".
    examples: some of the rows that break it, as `file:line: value`.
    """

    rule: str
    level: Literal["row", "table"]
    severity: Literal["error", "warning"]
    success: bool
    checked: int | None = None
    failed: int | None = None
    observed: Any = None
    asked: str = ""
    examples: tuple[str, ...] = ()

    @property
    def found(self) -> str:
        """What a rule of the table was broken by, in words."""
        if self.observed is not None:
            return f"found {self.observed}"
        return "there is none" if self.failed is None else f"{self.failed} of {self.checked} rows break it"


class Verdict(_Record):
    """What became of all rules. `success`: no rule of severity error is broken, by however few rows.

    document: Great Expectations' own result, as JSON.
    """

    success: bool
    results: tuple[RuleResult, ...]
    document: dict[str, Any]

    @property
    def stopping(self) -> tuple[RuleResult, ...]:
        """The broken table rules of severity error: quarantining rows would not mend them."""
        return tuple(
            one
            for one in self.results
            if not one.success and one.level == "table" and one.severity == "error"
        )


def not_evaluated(rule: Rule, why: str, contract: Contract) -> DataError:
    """The error for a rule that could not be evaluated."""
    return DataError(at(contract.path, rule.line, f"the rule {rule.name!r} cannot be evaluated: {why}."))
