"""Log: one MLflow run for each candidate of a stack, trained now or before."""

import logging
from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from flows.log_fields import about
from flows.retraining import Retraining
from flows.tracking.names import run_name
from flows.tracking.trials import log_trial
from irm_core.evaluation.records import Trial


@task(name="Log", cache_policy=NO_CACHE)
def log(trials: Sequence[Trial], retraining: Retraining) -> None:
    """Curves, metrics and parameters of each trial."""
    for trial in trials:
        with about(candidate=run_name(trial.candidate)):
            log_trial(trial, retraining)
            level = logging.INFO if trial.status == "ok" else logging.WARNING
            get_run_logger().log(level, "%s: %s%s", run_name(trial.candidate), trial.status, _why(trial))


def _why(trial: Trial) -> str:
    return f", {trial.reason}" if trial.reason else f", {trial.seconds:.2f} s"
