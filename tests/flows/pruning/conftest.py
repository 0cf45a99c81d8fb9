"""Retrainings as MLflow has them, without the training."""

from collections.abc import Callable

import pytest


@pytest.fixture
def track(folder) -> Callable[..., str]:
    """A retraining's summary run, with an artifact and a version of the registered model; the run's id."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    def tracked(retraining: str, version: str, promoted: bool = False) -> str:
        client, name = MlflowClient(), "clinics-by_site"
        known = client.get_experiment_by_name(name)
        where = (folder.path / ".irmflow" / "artifacts" / name).as_uri()
        experiment = known.experiment_id if known else client.create_experiment(name, where)
        tags = {"retraining": retraining, "kind": "summary", "data_version": version}
        tags |= {"dataset": "clinics", "split": "by_site"}
        run = client.create_run(experiment, tags=tags).info.run_id
        client.log_text(run, "better", "verdict.md")
        client.set_terminated(run)
        try:
            client.create_registered_model(name)
        except MlflowException as there:
            assert there.error_code == "RESOURCE_ALREADY_EXISTS"
        tags["promoted"] = str(promoted).lower()
        client.create_model_version(name, source=f"runs:/{run}/model", run_id=run, tags=tags)
        return run

    return tracked


@pytest.fixture
def left() -> Callable[[], set[str]]:
    """The retrainings of which MLflow has a run, be it marked as deleted."""
    from mlflow import MlflowClient
    from mlflow.entities import ViewType

    def found() -> set[str]:
        client = MlflowClient()
        experiments = [one.experiment_id for one in client.search_experiments()]
        runs = client.search_runs(experiments, run_view_type=ViewType.ALL)
        return {run.data.tags["retraining"] for run in runs}

    return found
