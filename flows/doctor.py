"""`irmflow doctor`: what a killed retraining leaves, found and mended.

Only retrainings of this working folder are touched, and only those whose process is known to be gone.
"""

from collections.abc import Iterator
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from flows.alive import dead
from flows.slots import LIMIT, free_leaked
from flows.sync import sync
from flows.tracking.away import needed
from flows.tracking.spool import waiting
from flows.tracking.unended import end_runs
from flows.unended_tasks import end_tasks
from flows.workspace import HOME
from irm_core.data.staging import PREFIX, clear

KILLED = "Its process was gone when `irmflow doctor` looked."


def mend() -> Iterator[str]:
    """Mend, and say in a sentence what was done, as it is done.

    Raises IrmflowError if MLflow is away, where it has to be told, or refuses what waits for it.
    """
    for retraining in dead():
        yield from _end_flow_run(retraining)
        with needed("Call `irmflow doctor` again when it is back."):
            yield from _end_tracked_runs(retraining)
    if leaked := free_leaked():
        yield f"Prefect: {leaked} slot(s) of {LIMIT} were held by nobody, and are free."
    for home in sorted({folder.parent for folder in HOME.rglob(f"{PREFIX}*")}):
        for folder in clear(home):
            yield f"Removed {folder}, which a dead process had begun to write."
    if waiting():  # of a run among them MLflow may have the beginning, which seems to run
        yield sync()


def _end_flow_run(retraining: str) -> Iterator[str]:
    """Prefect learns that the run and its tasks have crashed, and so frees what the run holds."""
    with get_client(sync_client=True) as client:
        try:
            run = client.read_flow_run(UUID(retraining))
        except ObjectNotFound:
            yield f"Prefect at {client.api_url} has no retraining {retraining}: another server's, perhaps."
            return
        if run.state is None or not run.state.is_final():
            client.set_flow_run_state(run.id, Crashed(message=KILLED), force=True)
            yield f"Prefect: the retraining {run.name} ({retraining}) is marked as crashed."
    if tasks := list(end_tasks(run.id, KILLED)):
        yield f"Prefect: {len(tasks)} of its tasks are marked as crashed."


def _end_tracked_runs(retraining: str) -> Iterator[str]:
    for run in end_runs(retraining, "KILLED"):
        yield f"MLflow: the run {run.info.run_name} ({run.info.run_id}) is marked as killed."
