"""The data version that a run was trained on, as an MLflow dataset with our own SHA-256."""

import json

from mlflow.entities import Dataset, DatasetInput, InputTag

from irm_core.data.fingerprint import sha256
from irm_core.data.version import MANIFEST, Published, Record

DIGEST_LENGTH = 36  # MLflow's limit


class Used(Record):
    """A published version in short. sha256: of its manifest, which names every file's.

    delta: the Delta table that has its good rows too, and the table's version, if one has.
    """

    name: str
    folder: str
    rows: int
    sha256: str
    delta: tuple[str, int] | None = None


def used(published: Published) -> Used:
    """What a run says of the version that it was trained on."""
    version, in_table = published.version, published.in_table
    return Used(
        name=f"{version.dataset}/{version.split}/{version.id}",
        folder=str(published.path),
        rows=version.rows.good,
        sha256=sha256(published.path / MANIFEST),
        delta=(in_table.table, in_table.version) if in_table else None,
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
    tags = {"mlflow.data.context": "training", "sha256": used.sha256}
    if used.delta:
        tags |= {"delta_table": used.delta[0], "delta_version": f"{used.delta[1]}"}
    return DatasetInput(dataset=dataset, tags=[InputTag(*one) for one in tags.items()])
