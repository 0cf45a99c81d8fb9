"""What is to be in MLflow, as plain values that can wait in a file: a whole run, or the end of one."""

from mlflow import MlflowClient
from mlflow.entities import Run
from pydantic import ConfigDict

from flows.tracking.dataset import Used, dataset_input
from flows.tracking.runs import log, run
from irm_core.data.version import Record

KEY = "key"
"""The tag that no two runs share: by it a run that is there already is known."""


class RunRecord(Record):
    """A finished run. store: MLflow's address. key: unique. at: when it was finished, in milliseconds."""

    model_config = ConfigDict(ser_json_inf_nan="strings")  # a diverged candidate's risk

    store: str
    experiment: str
    retraining: str
    key: str
    name: str
    at: int
    tags: dict[str, str]
    metrics: tuple[tuple[str, float, int], ...]
    parameters: dict[str, str]
    data: Used

    def send(self) -> None:
        """Log the run."""
        client = MlflowClient(self.store)
        tags = self.tags | {KEY: self.key}
        with run(client, self.experiment, self.name, tags, self.at) as run_id:
            log(client, run_id, self.metrics, self.parameters, self.at)
            client.log_inputs(run_id, [dataset_input(self.data)])

    def send_once(self) -> None:
        """Log the run unless it is there, finished. What is half there is deleted first."""
        there = self._there()
        for one in there:
            if one.info.status != "FINISHED":
                MlflowClient(self.store).delete_run(one.info.run_id)
        if all(one.info.status != "FINISHED" for one in there):
            self.send()

    def _there(self) -> list[Run]:
        return list(MlflowClient(self.store).search_runs([self.experiment], f"tags.{KEY} = '{self.key}'"))


def delete_half_logged(experiment: str, retraining: str) -> None:
    """Delete the unfinished runs of candidates, once all are logged.

    The client asks again where an answer is lost, and so a run may have been begun twice.
    """
    client = MlflowClient()
    candidates = f"tags.retraining = '{retraining}' and tags.kind != 'summary'"
    for one in client.search_runs([experiment], f"{candidates} and attributes.status = 'RUNNING'"):
        client.delete_run(one.info.run_id)


class Ending(Record):
    """The end of a summary run whose registration MLflow did not see through."""

    store: str
    experiment: str
    retraining: str
    key: str

    def send_once(self) -> None:
        """Mark the summary as failed, if it was begun: also where MLflow ended it with the model's upload."""
        client = MlflowClient(self.store)
        summary = f"tags.retraining = '{self.retraining}' and tags.kind = 'summary'"
        for one in client.search_runs([self.experiment], summary):
            client.set_terminated(one.info.run_id, "FAILED")
