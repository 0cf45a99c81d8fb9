"""Have Prefect call a webhook when a retraining does not come through, and when a new champion is crowned.

    export PREFECT_API_URL=… NOTIFY_URL=https://hooks.example.org/…
    python deployments/notify.py

Call it again after a change: it updates what it made. What the webhook gets is JSON with one key, `text`, as
chat services take it. The address is kept in a Prefect block, as a secret.
"""
# ruff: noqa: TID251 - a script beside the package, to be changed

import os

from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.events import AutomationCore, CallWebhook, EventTrigger
from prefect.events.schemas.automations import Posture

BLOCK = "irmflow-notify"
FAILED = "'Retraining ' ~ flow_run.name ~ ': ' ~ flow_run.state.name ~ '. ' ~ flow_run.state.message"
CHAMPION = "event.payload.model ~ ' is the champion: ' ~ event.payload.choice ~ '.'"
TEXT = '{"text": {{ (%s) | tojson }}}'  # quotes and new lines in a message stay within it


def automations(block: object) -> list[AutomationCore]:
    """One for runs that failed or crashed, one for champions that an invariant objective trained.

    Leave out `irmflow.objective` to be told of every new champion.
    """
    failed = EventTrigger(
        expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related={"prefect.resource.role": "flow", "prefect.resource.name": "retrain"},
        posture=Posture.Reactive,
        threshold=1,
    )
    champion = EventTrigger(
        expect={"irmflow.verdict"},
        match={"irmflow.promoted": "true", "irmflow.objective": "!erm"},
        posture=Posture.Reactive,
        threshold=1,
    )
    named = (("failed", failed, FAILED), ("invariance ships", champion, CHAMPION))
    return [
        AutomationCore(
            name=f"irmflow: notify, {name}",
            trigger=trigger,
            actions=[CallWebhook(type="call-webhook", block_document_id=block, payload=TEXT % said)],
        )
        for name, trigger, said in named
    ]


def main() -> None:
    """Write or update the block and the automations."""
    block = Webhook(method="POST", url=os.environ["NOTIFY_URL"]).save(BLOCK, overwrite=True)
    with get_client(sync_client=True) as client:
        for one in automations(block):
            known = client.read_automations_by_name(one.name)
            if not known:
                client.create_automation(one)
            for other in known:
                client.update_automation(other.id, one)
            print(one.name)  # noqa: T201 - a script's output


if __name__ == "__main__":
    main()
