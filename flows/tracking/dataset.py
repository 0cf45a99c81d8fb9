"""The data version that a run was trained on, as an MLflow dataset with our own SHA-256."""

import hashlib
import json

from mlflow.entities import Dataset, DatasetInput, InputTag

from irm_core.data.version import MANIFEST, Published

DIGEST_LENGTH = 36  # MLflow's limit


def dataset_input(published: Published) -> DatasetInput:
    """The version as MLflow's dataset: its digest is the manifest's SHA-256, which names every file's.

    MLflow's own digest of a Polars frame needs the frame in memory and changes with the Polars version.
    """
    digest = hashlib.sha256((published.path / MANIFEST).read_bytes()).hexdigest()
    version = published.version
    dataset = Dataset(
        name=f"{version.dataset}/{version.split}/{version.id}",
        digest=digest[:DIGEST_LENGTH],
        source_type="local",
        source=json.dumps({"uri": str(published.path)}),
        profile=json.dumps({"rows": version.rows.good}),
    )
    return DatasetInput(
        dataset=dataset, tags=[InputTag("mlflow.data.context", "training"), InputTag("sha256", digest)]
    )
