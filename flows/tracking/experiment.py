"""The MLflow experiment of a data set and split."""

from mlflow import MlflowClient

from flows.tracking.names import project
from flows.workspace import artifact_location
from irm_core.data.version import Version

NOTE = """\
**{dataset}**, environments by **{split}**.

One run per candidate: objective × penalty weight × seed × left-out environment. One summary per retraining
(`tags.kind = "summary"`): the choice, ERM beside it, and why. Group by `objective` to see means over seeds.
"""


def experiment_id(version: Version) -> str:
    """The id of the experiment of this data set and split; made where there is none."""
    client, name = MlflowClient(), project(version)
    known = client.get_experiment_by_name(name)
    if known is not None:
        return str(known.experiment_id)
    note = NOTE.format(dataset=version.dataset, split=version.split)
    tags = {"mlflow.note.content": note}
    return str(client.create_experiment(name, artifact_location=artifact_location(name), tags=tags))
