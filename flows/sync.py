"""`irmflow sync`: what waits in the spool goes to MLflow."""

from flows.tracking import spool
from flows.tracking.away import said
from irm_core.errors import IrmflowError


def sync() -> str:
    """Send all of it; what was done, in a sentence. Raises IrmflowError if some of it has to stay."""
    if not spool.waiting():
        return "Nothing waits for MLflow."
    done, left = spool.replay(), len(spool.waiting())
    told = f"{done.sent} record(s) sent to MLflow."
    if left == 0:
        return told
    reasons = [
        *(f"{said(error, store)}." for store, error in done.away.items()),
        *(
            f"MLflow refuses {file} ({error}): delete it to give it up."
            for file, error in done.refused.items()
        ),
    ]
    wait = " ".join(reasons) or "Another process is sending them."
    raise IrmflowError(f"{told} {left} wait still. {wait}")
