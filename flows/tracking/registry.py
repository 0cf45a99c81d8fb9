"""The registry: the model of a data set and split, its versions, its champion and challenger."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version as installed
from pathlib import Path

import mlflow
import polars as pl
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

import irm_core
from flows.tracking.signature import signature
from irm_core.errors import UsageError
from irm_core.predictor import Predictor

CHAMPION, CHALLENGER = "champion", "challenger"
OVER = "over"
"""The tag of a promoted version that says who was champion before it, if anybody was."""
ARTIFACT = "predictor"
SERVED = Path(__file__).with_name("served_model.py")
REQUIRED = ("polars", "pyarrow", "pandas", "torch", "safetensors", "pydantic", "numpy")


def champion(name: str) -> ModelVersion | None:
    """The present champion of the registered model `name`, if there is one."""
    if not is_registered(name):
        return None
    try:
        return MlflowClient().get_model_version_by_alias(name, CHAMPION)
    except MlflowException as error:
        if absent(error):
            return None
        raise


def is_registered(name: str) -> bool:
    """True if there is a registered model `name`. Searched for: a user may not ask for one that is absent."""
    return bool(MlflowClient().search_registered_models(f"name = '{name}'"))


def load(uri: str) -> Predictor:
    """The predictor behind `models:/NAME@ALIAS`, or in a folder that MLflow or `Predictor.save` wrote.

    Raises UsageError where there is no such model.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(downloaded(uri)) if uri.startswith("models:/") else Path(uri)
        logged = folder / "artifacts" / ARTIFACT
        return Predictor.load(logged if logged.is_dir() else folder)


@contextmanager
def downloaded(uri: str) -> Iterator[Path]:
    """A copy of the folder of a registered model, gone afterwards: MLflow's own would stay for ever."""
    with tempfile.TemporaryDirectory() as folder:
        yield download(uri, folder)


def download(uri: str, folder: str) -> Path:
    """Put the folder of a registered model into another one."""
    try:
        return Path(mlflow.artifacts.download_artifacts(uri, dst_path=folder))
    except MlflowException as error:
        if not absent(error):
            raise
        known = ", ".join(one.name for one in MlflowClient().search_registered_models()) or "none"
        raise UsageError(f"There is no model {uri}. Registered models: {known}.") from error


def absent(error: MlflowException) -> bool:
    """True if MLflow says that the model, version or alias is not there."""
    return error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


def register(
    name: str, predictor: Predictor, example: pl.DataFrame, run_id: str, tags: dict[str, str]
) -> ModelVersion:
    """Log the predictor with the run and register it as a new version, the challenger.

    A models-from-code pyfunc: weights in safetensors, preprocessing in JSON, our code beside them, no pickle.
    `example`: some rows, which become the input example and, with what is predicted, the signature.
    """
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run(run_id=run_id):
        predictor.save(Path(folder) / ARTIFACT)
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(SERVED),
            artifacts={ARTIFACT: str(Path(folder) / ARTIFACT)},
            code_paths=[str(Path(irm_core.__file__).parent)],
            signature=signature(example, predictor.predict(example)),
            input_example=example.to_pandas(),
            pip_requirements=[f"{package}=={installed(package)}" for package in REQUIRED],
        )
    client = MlflowClient()
    if not is_registered(name):
        client.create_registered_model(name)
    made = client.create_model_version(
        name, source=logged.model_uri, run_id=run_id, model_id=logged.model_id, tags=tags
    )
    client.set_registered_model_alias(name, CHALLENGER, made.version)
    return made


def crown(made: ModelVersion, promoted: bool, reason: str) -> None:
    """Write down the verdict where people look: in the version's description, tags and alias."""
    client = MlflowClient()
    client.update_model_version(made.name, made.version, description=reason)
    client.set_model_version_tag(made.name, made.version, "promoted", str(promoted).lower())
    if promoted:
        if (before := champion(made.name)) is not None:
            client.set_model_version_tag(made.name, made.version, OVER, before.version)
        client.set_registered_model_alias(made.name, CHAMPION, made.version)
