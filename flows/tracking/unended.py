"""Runs that seem to run for ever, because the process that began them is gone."""

from collections.abc import Iterator
from typing import Literal

from mlflow import MlflowClient
from mlflow.entities import Run

Status = Literal["KILLED", "FAILED"]


def end_runs(retraining: str, status: Status, store: str | None = None) -> Iterator[Run]:
    """End what still runs of this retraining. store: MLflow's address, if it is not the one in force."""
    client = MlflowClient(store)
    experiments = [one.experiment_id for one in client.search_experiments()]
    begun = f"tags.retraining = '{retraining}' and attributes.status = 'RUNNING'"
    for run in client.search_runs(experiments, begun):
        client.set_terminated(run.info.run_id, status)
        yield run
