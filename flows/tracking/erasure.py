"""Runs, logged models and versions of models removed for good, as far as MLflow lets us.

Over HTTP MLflow only marks runs as deleted, and has no way to remove their metrics. Where its database can be
reached it is done there, as `mlflow gc` does. That would remove the user's deleted experiments too.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import mlflow
from mlflow import MlflowClient
from mlflow.entities import LifecycleStage, LoggedModel, Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from mlflow.tracking._tracking_service.utils import _get_store

from flows.tracking.pages import everything
from flows.tracking.retrainings import Tracked
from flows.tracking.view import SHARED
from flows.workspace import HOME

BACKEND = "MLFLOW_BACKEND_STORE_URI"
"""MLflow's own variable for the address of its server's database."""
LOCAL = HOME / "mlflow.db"


def database(run: Run) -> Any:
    """The store over MLflow's database, if that can be reached from here: the one that has this run."""
    address = mlflow.get_tracking_uri()
    if not address.startswith("http"):
        return _get_store(address)
    here = os.environ.get(BACKEND) or (f"sqlite:///{LOCAL.absolute()}" if LOCAL.is_file() else None)
    if here is None:
        return None
    store = _get_store(here)
    try:
        store.get_run(run.info.run_id)
    except MlflowException:
        return None  # another server's
    return store


def logged_models(experiments: set[str]) -> list[LoggedModel]:
    """Every logged model of these experiments."""
    return list(everything(MlflowClient().search_logged_models, sorted(experiments))) if experiments else []


def erase_version(one: ModelVersion) -> None:
    """Remove a version of a registered model. What was logged for it goes with its retraining."""
    MlflowClient().delete_model_version(one.name, one.version)


def erased(retraining: Tracked) -> bool:
    """True if all its runs are marked as deleted: more cannot be done without MLflow's database."""
    return all(one.info.lifecycle_stage == LifecycleStage.DELETED for one in retraining.runs)


def erase(retraining: Tracked, models: Sequence[LoggedModel], store: Any) -> None:
    """Remove the models that a retraining has logged, its chart view, and its runs; with all artifacts.

    store: MLflow's database. None: what can be done without it.
    """
    client = MlflowClient()
    for model in models:
        _delete_files(model.artifact_location)
        _erase_model(model.model_id, client, store)
    if (view := f"{SHARED}{retraining.id}") in client.get_experiment(retraining.experiment).tags:
        client.delete_experiment_tag(retraining.experiment, view)
    for run in retraining.runs:
        _erase_run(run, client, store)


def _erase_model(model: str, client: MlflowClient, store: Any) -> None:
    if store is not None:
        store._hard_delete_logged_model(model)
    else:
        client.delete_logged_model(model)


def _erase_run(run: Run, client: MlflowClient, store: Any) -> None:
    if run.data.tags["kind"] == "summary":  # no other has artifacts
        _delete_files(run.info.artifact_uri)
    if store is not None:
        store._hard_delete_run(run.info.run_id)
    elif run.info.lifecycle_stage != LifecycleStage.DELETED:
        client.delete_run(run.info.run_id)


def _delete_files(address: str) -> None:
    get_artifact_repository(address).delete_artifacts()
    if (folder := local(address)) and folder.parent.is_dir():
        folder.parent.rmdir()


def local(address: str) -> Path | None:
    """The folder of artifacts, if it is on this machine."""
    parts = urlsplit(address)
    return Path(unquote(parts.path)) if parts.scheme in ("", "file") else None
