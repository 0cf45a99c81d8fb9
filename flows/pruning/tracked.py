"""What retrainings left in MLflow: registered models that no alias names, runs, logged models, artifacts."""

from collections.abc import Iterator, Sequence
from functools import partial

from mlflow.entities import LoggedModel

from flows.pruning.removal import Removal, size
from flows.tracking.erasure import database, erase, erase_version, erased, local, logged_models
from flows.tracking.retrainings import Tracked
from flows.tracking.survey import Survey

KIND, MARKED = "retrainings in MLflow", "retrainings marked as deleted in MLflow"
ONLY_MARKED = (
    "MLflow's server has marked runs as deleted; their files are gone. Metrics go where its database is: "
    "call `mlflow gc --backend-store-uri …` there, or set MLFLOW_BACKEND_STORE_URI here."
)


def removals(found: Survey, dataset: str | None) -> Iterator[Removal]:
    """Versions of models first: what they came from may go only after them."""
    for one in found.models.go:
        if dataset in (None, one.tags.get("dataset")):
            yield Removal(
                "registered models", one.name, f"version {one.version}", None, partial(erase_version, one)
            )
    gone = [one for one in found.gone if dataset in (None, one.dataset)]
    yield from _retrainings(gone)


def _retrainings(gone: Sequence[Tracked]) -> Iterator[Removal]:
    store = database(gone[0].runs[0]) if gone else None
    logged = logged_models({one.experiment for one in gone})
    for one in gone:
        if store is not None or not erased(one):
            own = [model for model in logged if model.source_run_id in one.run_ids]
            remove = partial(erase, one, own, store)
            kind = KIND if store is not None else MARKED
            yield Removal(kind, one.project, one.id, _size(one, own), remove)


def _size(retraining: Tracked, models: Sequence[LoggedModel]) -> int | None:
    addresses = [one.info.artifact_uri for one in retraining.runs] + [one.artifact_location for one in models]
    folders = [local(one) for one in addresses]
    return size(one for one in folders if one is not None) if all(folders) else None
