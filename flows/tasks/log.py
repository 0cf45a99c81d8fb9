"""Log: one MLflow run for each candidate of a stack, trained now or before."""

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.retraining import Retraining
from flows.tracking.trials import log_trial
from irm_core.evaluation.records import Trial


@task(name="Log", cache_policy=NO_CACHE)
def log(trials: Sequence[Trial], retraining: Retraining) -> None:
    """Curves, metrics and parameters of each trial."""
    for trial in trials:
        log_trial(trial, retraining)
