"""The outcome of a retraining: every stage's result, from which each form of the report is made."""

from dataclasses import dataclass

from flows.retraining import Retraining
from irm_core.contracts.splits.inferred import CAVEAT
from irm_core.diagnostics.diagnose import Diagnosis
from irm_core.evaluation.gate import Promotion
from irm_core.evaluation.records import EnvironmentMetrics, Trial
from irm_core.evaluation.selection import Selection

ByEnvironment = dict[str, EnvironmentMetrics]


@dataclass(frozen=True)
class Outcome:
    """hold_out: configuration in words -> metrics in the hold-out environments, the choice's first."""

    retraining: Retraining
    diagnosis: Diagnosis
    trials: tuple[Trial, ...]
    selection: Selection
    hold_out: dict[str, ByEnvironment]

    @property
    def caveats(self) -> tuple[str, ...]:
        """What one must know to read the figures rightly."""
        return (CAVEAT,) if self.retraining.published.version.inferred else ()


@dataclass(frozen=True)
class Registered:
    """The registered model, the run it was logged with, and whether it became champion."""

    model: str
    run_id: str
    promotion: Promotion
