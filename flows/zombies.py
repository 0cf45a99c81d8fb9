"""Flow runs whose process and worker have both died: found by their silence, and marked as crashed."""

from datetime import timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

FLOWS = ("retrain", "look")
"""The names of our flows: the server may have runs of others, whose silence is theirs."""
NAME = "irmflow: mark silent runs as crashed"
# Longer than a run waits for a server that is away: else, once it is back, runs that live are taken for dead.
SILENCE = timedelta(minutes=10)
ENDINGS = ("Completed", "Failed", "Cancelled", "Crashed")


def ensure_zombie_automation() -> None:
    """Create or update the automation: without it such a run stays Running and blocks the next."""
    with get_client(sync_client=True) as client:
        known = client.read_automations_by_name(NAME)
        if not known:
            client.create_automation(zombie_automation())
        for one in known:
            client.update_automation(one.id, zombie_automation())


def zombie_automation() -> AutomationCore:
    """No heartbeat for so long, and no ending: the run is Crashed."""
    return AutomationCore(
        name=NAME,
        description="A run that has been silent for ten minutes has died with its worker.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *(f"prefect.flow-run.{ending}" for ending in ENDINGS)},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related={"prefect.resource.role": ["flow"], "prefect.resource.name": list(FLOWS)},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(state=StateType.CRASHED, message="No sign of life: the process has died.")
        ],
    )
