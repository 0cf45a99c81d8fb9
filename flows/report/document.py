"""The report as JSON: its shape is an interface that stays put."""

from typing import Any

from flows.report.outcome import Outcome, Registered
from irm_core.data.version import Published
from irm_core.evaluation.records import EnvironmentMetrics, Trial


def document(outcome: Outcome, registered: Registered, seconds: dict[str, float]) -> dict[str, Any]:
    """Everything a program may want to know of one retraining.

    unchanged: true where a retraining of the same content was judged before, whose report this is.
    """
    published = outcome.retraining.published
    version = published.version
    diagnosis = outcome.diagnosis.model_dump(mode="json", exclude_none=True)
    environments = diagnosis.pop("environments")
    chosen = next(iter(outcome.hold_out.values()))
    return {
        "dataset": version.dataset,
        "split": version.split,
        "data_version": version.id,
        "delta": in_delta(published),
        "task": outcome.retraining.schema.task,
        "rows": version.rows.model_dump(),
        "broken_rules": version.broken_rules,
        "environments": environments,
        "diagnosis": diagnosis,
        "caveats": list(outcome.caveats),
        "candidates": [candidate(trial) for trial in outcome.trials],
        "selection": selection(outcome, registered),
        "hold_out": by_environment(chosen),
        "model": registered.model,
        "mlflow_run_id": registered.run_id,
        "retraining": outcome.retraining.id,
        "unchanged": False,
        "seconds": seconds,
    }


def in_delta(published: Published) -> dict[str, Any] | None:
    """The Delta table that has the rows too, and its version; None where none has."""
    where = published.in_table
    return where.model_dump(include={"table", "version"}) if where else None


def candidate(trial: Trial) -> dict[str, Any]:
    """One candidate and what it reached, by environment."""
    return trial.candidate.model_dump() | {
        "status": trial.status,
        "reason": trial.reason,
        "metrics": by_environment(trial.metrics),
        "seconds": round(trial.seconds, 3),
    }


def selection(outcome: Outcome, registered: Registered) -> dict[str, Any]:
    """The choice, the control beside it, what was promoted and why."""
    chosen = outcome.selection.model_dump(mode="json", exclude={"table"})
    promotion = registered.promotion
    return chosen | {"promoted": promotion.promoted, "promotion": promotion.reason}


def by_environment(metrics: dict[str, EnvironmentMetrics]) -> dict[str, dict[str, Any]]:
    """Metrics as plain numbers."""
    return {name: one.model_dump() for name, one in metrics.items()}
