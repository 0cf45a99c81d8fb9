"""What a Prefect server needs for runs that nobody watches, however they are deployed."""

from flows.slots import ensure_limit
from flows.zombies import ensure_zombie_automation
from irm_core.training.devices import gpus


def ensure_safeguards() -> None:
    """Have silent runs marked as crashed, and on a machine with GPUs make the limit of their slots."""
    ensure_zombie_automation()
    ensure_limit(len(gpus("auto")))
