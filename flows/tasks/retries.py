"""When a task is worth another try: where input or output failed, never where the data are wrong."""

from typing import Any

from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from irm_core.data.writing import want_of_room

DELAYS = [1, 10, 60]  # seconds


def transient(error: BaseException | None) -> bool:
    """True for a failure of input or output that may pass, also where our own error only explains it."""
    lasting = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
    if isinstance(error, OSError):
        return not isinstance(error, lasting) and want_of_room(error) is None
    return error is not None and error.__cause__ is not None and transient(error.__cause__)


async def on_input_output(task: Task[Any, Any], task_run: TaskRun, state: State[Any]) -> bool:  # noqa: ARG001
    """Prefect's `retry_condition_fn`."""
    error = await state.aresult(raise_on_failure=False)
    return transient(error) if isinstance(error, BaseException) else False


POLICY: dict[str, Any] = {
    "retries": len(DELAYS),
    "retry_delay_seconds": DELAYS,
    "retry_condition_fn": on_input_output,
}
"""Options of a task that reads or writes."""
