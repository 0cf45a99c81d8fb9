"""Hooks at the end of a retraining that did not come through: nothing of it seems to run on."""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import Logger, LoggerAdapter
from typing import Any

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging import get_run_logger
from prefect.logging.loggers import flow_run_logger

from flows.stopping import is_stopped
from flows.tracking.away import ERRORS, AwayError
from flows.tracking.interrupted import release
from flows.tracking.unended import Status, end_runs
from flows.unended_tasks import end_tasks
from flows.workspace import TRACKING, tracking_address


def end_tracked_runs(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:
    """End the retraining's unended MLflow runs: FAILED if it failed, KILLED if it crashed or was cancelled.

    A worker calls this in its own process, whose settings need not be the run's.
    """
    if state.is_failed() and isinstance(state.result(raise_on_failure=False), AwayError):
        return  # the spool knows how the run ended
    status: Status = "FAILED" if state.is_failed() else "KILLED"
    if tasks := list(end_tasks(flow_run.id, "The retraining has ended.")):
        flow_run_logger(flow_run, flow).info("%d of its tasks had not ended: they are Crashed.", len(tasks))
    end(str(flow_run.id), status, store(flow_run), flow_run_logger(flow_run, flow))


@contextmanager
def ended_if_stopped(retraining: str) -> Iterator[None]:
    """Of a block that a signal stops: end the retraining's MLflow runs at once, then raise KeyboardInterrupt.

    Whatever the signal has become on its way: between two steps of its own Prefect makes another error of it,
    and would take the run for failed.
    """
    try:
        yield
    except BaseException as error:
        if is_stopped() or not isinstance(error, Exception):
            release(error)
        if not is_stopped():
            raise  # to the hooks above, if a worker's signal it is
        try:
            end(retraining, "KILLED", None, get_run_logger())
        except ERRORS as away:
            get_run_logger().warning("MLflow has not been told (%s): irmflow doctor will do it.", away)
        raise KeyboardInterrupt from error


def end(retraining: str, status: Status, store: str | None, logger: Logger | LoggerAdapter[Any]) -> None:
    """End the retraining's unended MLflow runs, and say so."""
    for run in end_runs(retraining, status, store):
        logger.info("MLflow: the run %s is %s.", run.info.run_name, status)


def store(flow_run: FlowRun) -> str:
    """Where the run tracks: as its deployment says, else as this process does."""
    if flow_run.deployment_id is None:
        return tracking_address()
    with get_client(sync_client=True) as client:
        variables = client.read_deployment(flow_run.deployment_id).job_variables
    return (variables or {}).get("env", {}).get(TRACKING) or tracking_address()
