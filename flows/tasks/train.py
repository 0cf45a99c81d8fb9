"""Train: one candidate, with the environment of its fold left out, logged as one MLflow run."""

from typing import Any

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE

from flows.retraining import Retraining
from flows.tracking.names import run_name
from flows.tracking.trials import log_trial
from irm_core.evaluation.records import Trial
from irm_core.evaluation.trial import run_trial
from irm_core.training.candidate import Candidate


def _name() -> str:
    parameters: dict[str, Any] = runtime.task_run.parameters
    return f"Train {run_name(parameters['candidate'])}"


@task(name="Train", task_run_name=_name, cache_policy=NO_CACHE)
def train(candidate: Candidate, retraining: Retraining) -> Trial:
    """The candidate's curves and its metrics in every environment."""
    trial, _ = run_trial(
        retraining.rows, retraining.published.version, retraining.schema, candidate, retraining.plan
    )
    log_trial(trial, retraining)
    return trial
