"""The data version that a run was trained on, as an MLflow dataset with our own SHA-256."""

import json

from mlflow.entities import Dataset, DatasetInput, InputTag

from irm_core.data.fingerprint import sha256
from irm_core.data.version import MANIFEST, Published, Record

DIGEST_LENGTH = 36  # MLflow's limit


class Used(Record):
    """A published version in short. sha256: of its manifest, which names every file's."""

    name: str
    folder: str
    rows: int
    sha256: str


def used(published: Published) -> Used:
    """What a run says of the version that it was trained on."""
    version = published.version
    return Used(
        name=f"{version.dataset}/{version.split}/{version.id}",
        folder=str(published.path),
        rows=version.rows.good,
        sha256=sha256(published.path / MANIFEST),
    )


def dataset_input(used: Used) -> DatasetInput:
    """The version as MLflow's dataset: its digest is the manifest's SHA-256.

    MLflow's own digest of a Polars frame needs the frame in memory and changes with the Polars version.
    """
    dataset = Dataset(
        name=used.name,
        digest=used.sha256[:DIGEST_LENGTH],
        source_type="local",
        source=json.dumps({"uri": used.folder}),
        profile=json.dumps({"rows": used.rows}),
    )
    return DatasetInput(
        dataset=dataset, tags=[InputTag("mlflow.data.context", "training"), InputTag("sha256", used.sha256)]
    )
