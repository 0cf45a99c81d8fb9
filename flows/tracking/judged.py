"""A retraining known by its content: the model version that it made, and its report.

The registry itself is what remembers: where somebody deletes the version, the retraining is unknown again.
"""

from typing import Any, NamedTuple

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from flows.tracking import names
from flows.tracking.registry import absent
from irm_core.data.version import Version

CONTENT = "content"
"""The tag of a model version whose retraining has written down everything, last of all."""
REPORT = "report.json"


class Judged(NamedTuple):
    """made: the version. report: as the retraining left it."""

    made: ModelVersion
    report: dict[str, Any]


def settle(made: ModelVersion, content: str) -> None:
    """Say that this retraining is over: the next of this content need do nothing."""
    MlflowClient().set_model_version_tag(made.name, made.version, CONTENT, content)


def judged(version: Version, content: str) -> Judged | None:
    """The newest that a whole retraining of this content has made, unless it or its report was deleted."""
    of_this = f"name = '{names.project(version)}' and tags.{CONTENT} = '{content}'"
    found = MlflowClient().search_model_versions(of_this)
    if not found:
        return None
    made = max(found, key=lambda one: int(one.version))
    try:
        return Judged(made, mlflow.artifacts.load_dict(f"runs:/{made.run_id}/{REPORT}"))
    except MlflowException as error:
        if absent(error):
            return None
        raise
