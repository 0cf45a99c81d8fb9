"""Flow runs whose process and worker have both died: found by their silence, and marked as crashed."""

from datetime import timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

NAME = "irmflow: mark silent runs as crashed"
HEARTBEAT = 30  # seconds between the signs of life of a run
SILENCE = timedelta(seconds=3 * HEARTBEAT)
ENDINGS = ("Completed", "Failed", "Cancelled", "Crashed")


def ensure_zombie_automation() -> None:
    """Create the automation where there is none: else such a run stays Running and blocks the next."""
    with get_client(sync_client=True) as client:
        if not client.read_automations_by_name(NAME):
            client.create_automation(zombie_automation())


def zombie_automation() -> AutomationCore:
    """Three heartbeats missed, and no ending: the run is Crashed."""
    return AutomationCore(
        name=NAME,
        description="A run that has missed three heartbeats has died with its worker.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *(f"prefect.flow-run.{ending}" for ending in ENDINGS)},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(state=StateType.CRASHED, message="No sign of life: the process has died.")
        ],
    )
