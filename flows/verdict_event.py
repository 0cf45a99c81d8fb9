"""The event `irmflow.verdict`: what a retraining came to, for automations that listen."""

from prefect.events import emit_event

from flows.report.outcome import Outcome, Registered
from flows.report.tables import chosen
from flows.tracking.names import project

VERDICT = "irmflow.verdict"


def tell_verdict(outcome: Outcome, registered: Registered) -> None:
    """Send it, of the registered model, with labels to match: objective, and whether it is the champion now.

    Where Prefect does not get it, its client logs that: no retraining fails for a notification.
    """
    version, promotion = outcome.retraining.published.version, registered.promotion
    emit_event(
        VERDICT,
        resource={
            "prefect.resource.id": f"irmflow.model.{project(version)}",
            "prefect.resource.name": project(version),
            "irmflow.objective": outcome.selection.objective,
            "irmflow.promoted": str(promotion.promoted).lower(),
        },
        payload={
            "model": registered.model,
            "choice": chosen(outcome),
            "reason": outcome.selection.reason,
            "promotion": promotion.reason,
            "data_version": version.id,
        },
    )
