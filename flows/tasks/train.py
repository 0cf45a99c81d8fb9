"""Train: a stack of candidates that leave out the same environment. What is trained is not trained again."""

from typing import Any

from prefect import runtime, task

from flows.retraining import Retraining
from flows.tasks.content import trials_key
from irm_core.evaluation.stack import Stack
from irm_core.evaluation.trial import run_stack


def _name() -> str:
    stack: Stack = runtime.task_run.parameters["stack"]
    return f"Train {len(stack.candidates)} candidates without {stack.fold.left_out}"


@task(
    name="Train",
    task_run_name=_name,
    cache_key_fn=trials_key,
    persist_result=True,
    result_serializer="json",
)
def train(stack: Stack, retraining: Retraining) -> list[dict[str, Any]]:
    """The candidates' trials as JSON: curves, and metrics in every environment."""
    return [trial.model_dump(mode="json") for trial, _ in run_stack(stack, retraining.plan)]
