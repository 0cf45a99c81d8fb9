"""Train: a stack of candidates that leave out the same environment; one MLflow run for each."""

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE

from flows.retraining import Retraining
from flows.tracking.trials import log_trial
from irm_core.evaluation.records import Trial
from irm_core.evaluation.stack import Stack
from irm_core.evaluation.trial import run_stack


def _name() -> str:
    stack: Stack = runtime.task_run.parameters["stack"]
    return f"Train {len(stack.candidates)} candidates without {stack.fold.left_out}"


@task(name="Train", task_run_name=_name, cache_policy=NO_CACHE)
def train(stack: Stack, retraining: Retraining) -> list[Trial]:
    """The candidates' curves and their metrics in every environment."""
    trials = [trial for trial, _ in run_stack(stack, retraining.plan)]
    for trial in trials:
        log_trial(trial, retraining)
    return trials
