"""The event `irmflow.verdict`: what a retraining came to, for automations that listen."""

from uuid import UUID

from httpx import HTTPError
from prefect.client.orchestration import get_client
from prefect.events import RelatedResource
from prefect.events.related import object_as_related_resource, tags_as_related_resources
from prefect.exceptions import PrefectException
from prefect.logging import get_run_logger

from flows.events import record
from flows.report.outcome import Outcome, Registered
from flows.report.tables import chosen
from flows.tracking.names import project

VERDICT = "irmflow.verdict"


def tell_verdict(outcome: Outcome, registered: Registered) -> None:
    """Send it, of the registered model, with labels to match: objective, and whether it is the champion now.

    Where Prefect does not get it, the log says so: no retraining fails for a notification.
    """
    version, promotion = outcome.retraining.published.version, registered.promotion
    model = {
        "prefect.resource.id": f"irmflow.model.{project(version)}",
        "prefect.resource.name": project(version),
        "irmflow.objective": outcome.selection.objective,
        "irmflow.promoted": str(promotion.promoted).lower(),
    }
    payload = {
        "model": registered.model,
        "choice": chosen(outcome),
        "reason": outcome.selection.reason,
        "promotion": promotion.reason,
        "data_version": version.id,
    }
    try:
        record(VERDICT, model, payload, related=related_to(outcome.retraining.id))
    except (HTTPError, PrefectException) as error:
        get_run_logger().warning("Prefect's automations are not told of the verdict: %s", error)


def related_to(retraining: str) -> list[RelatedResource]:
    """The run, its flow, deployment and tags: an automation can match them, and its text can name them."""
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(UUID(retraining))
        related = [("flow-run", run), ("flow", client.read_flow(run.flow_id))]
        if run.deployment_id:
            related.append(("deployment", client.read_deployment(run.deployment_id)))
    return [
        *(object_as_related_resource(role, role, one) for role, one in related),
        *tags_as_related_resources(run.tags),
    ]
