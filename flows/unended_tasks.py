"""Task runs that seem to run for ever, because the process that ran them is gone."""

from collections.abc import Iterator
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, StateType, TaskRun
from prefect.states import Crashed

UNENDED = [one for one in StateType if one not in TERMINAL_STATES]


def end_tasks(retraining: UUID, why: str) -> Iterator[TaskRun]:
    """Mark what has not ended of this retraining's tasks as crashed; each, once that is done."""
    of_it = FlowRunFilter(id=FlowRunFilterId(any_=[retraining]))
    unended = TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=UNENDED)))
    with get_client(sync_client=True) as client:
        while found := client.read_task_runs(flow_run_filter=of_it, task_run_filter=unended):
            for task in found:
                client.set_task_run_state(task.id, Crashed(message=why), force=True)
                yield task
