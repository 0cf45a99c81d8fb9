"""MLflow made ready: at first a local store makes its tables, which two processes must not do at once."""

from mlflow import MlflowClient

from flows.workspace import HOME
from irm_core.data.lock import held


def make_ready() -> None:
    """Return once MLflow answers; the retrainings of a folder ask one after the other."""
    with held(HOME / "mlflow.lock"):
        MlflowClient().search_experiments(max_results=1)
