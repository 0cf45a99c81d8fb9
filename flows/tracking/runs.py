"""Runs: one flat run per candidate, one summary run per retraining.

Flat, told apart by tags: MLflow draws nested runs collapsed, with empty charts.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param

from flows.tracking.away import is_away
from flows.tracking.interrupted import release

LIMIT = 1000  # metrics that a server takes in one call


def now() -> int:
    """The time as MLflow has it: milliseconds since 1970."""
    return int(time.time() * 1000)


@contextmanager
def run(
    client: MlflowClient, experiment_id: str, name: str, tags: Mapping[str, str], at: int | None = None
) -> Iterator[str]:
    """The id of a new run: FINISHED at the end, FAILED where the block raises, KILLED if interrupted.

    It stays RUNNING where the block raises because MLflow is away. at: its start and end, if not now.
    """
    made = client.create_run(experiment_id, start_time=at, run_name=name, tags=dict(tags))
    run_id = str(made.info.run_id)
    try:
        yield run_id
    except Exception as error:
        if not is_away(error):
            client.set_terminated(run_id, "FAILED")
        raise
    except BaseException as interruption:
        release(interruption)
        client.set_terminated(run_id, "KILLED")
        raise
    client.set_terminated(run_id, "FINISHED", end_time=at)


def log(
    client: MlflowClient,
    run_id: str,
    metrics: Sequence[tuple[str, float, int]],
    parameters: Mapping[str, Any],
    at: int | None = None,
) -> None:
    """Send (name, value, step) metrics and parameters, a thousand metrics in a call.

    Synchronously, whatever MLFLOW_ENABLE_ASYNC_LOGGING says: else what is lost is only written to a log.
    """
    timestamp = now() if at is None else at
    points = [Metric(name, value, timestamp, step) for name, value, step in metrics]
    said = [Param(name, str(value)) for name, value in parameters.items()]
    client.log_batch(run_id, metrics=points[:LIMIT], params=said, synchronous=True)
    for start in range(LIMIT, len(points), LIMIT):
        client.log_batch(run_id, metrics=points[start : start + LIMIT], synchronous=True)
