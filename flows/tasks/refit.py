"""Refit: the chosen configuration on all training environments."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.retraining import Retraining
from flows.tracking.trials import log_trial
from irm_core.evaluation import trial as trials
from irm_core.evaluation.records import Trial
from irm_core.evaluation.selection import Selection
from irm_core.predictor import Predictor


@task(name="Refit", cache_policy=NO_CACHE)
def refit(selection: Selection, retraining: Retraining) -> tuple[Trial, Predictor]:
    """The model to register, and its own curves and metrics, logged as one MLflow run."""
    version = retraining.published.version
    fitted, predictor = trials.refit(retraining.rows, version, retraining.schema, selection, retraining.plan)
    log_trial(fitted, retraining)
    return fitted, predictor
