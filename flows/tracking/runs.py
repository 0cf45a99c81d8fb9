"""Runs: one flat run per candidate, one summary run per retraining.

Flat, told apart by tags: MLflow draws nested runs collapsed, with empty charts.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

LIMIT = 1000  # metrics that a server takes in one call


@contextmanager
def run(experiment_id: str, name: str, tags: Mapping[str, str]) -> Iterator[str]:
    """The id of a new run: FINISHED at the end, FAILED where the block raises, KILLED if interrupted."""
    client = MlflowClient()
    run_id = client.create_run(experiment_id, run_name=name, tags=dict(tags)).info.run_id
    try:
        yield run_id
    except Exception:
        client.set_terminated(run_id, "FAILED")
        raise
    except BaseException:
        client.set_terminated(run_id, "KILLED")
        raise
    client.set_terminated(run_id, "FINISHED")


def log(
    run_id: str,
    metrics: Sequence[tuple[str, float, int]] = (),
    parameters: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Send (name, value, step) metrics, parameters and tags, a thousand metrics in a call."""
    now = int(time.time() * 1000)
    points = [Metric(name, value, now, step) for name, value, step in metrics]
    client = MlflowClient()
    client.log_batch(
        run_id,
        metrics=points[:LIMIT],
        params=[Param(name, str(value)) for name, value in (parameters or {}).items()],
        tags=[RunTag(name, value) for name, value in (tags or {}).items()],
    )
    for start in range(LIMIT, len(points), LIMIT):
        client.log_batch(run_id, metrics=points[start : start + LIMIT])
