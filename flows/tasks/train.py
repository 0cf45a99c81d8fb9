"""Train: a stack of candidates that leave out the same environment. What is trained is not trained again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from prefect import runtime, task
from prefect.logging import get_run_logger

from flows.log_fields import about
from flows.slots import gpu_slots
from flows.tasks.content import trials_key
from flows.tracking.names import run_name
from irm_core.evaluation import work as working
from irm_core.evaluation.perseverance import persistently
from irm_core.evaluation.stack import Together
from irm_core.evaluation.work import Work

Call = Callable[..., Any]
"""Calls a function with arguments, in whatever process there is for it."""


def _name() -> str:
    candidates: Together = runtime.task_run.parameters["candidates"]
    return f"Train {len(candidates)} candidates without {candidates[0].left_out}"


@task(
    name="Train",
    task_run_name=_name,
    cache_key_fn=trials_key,
    persist_result=True,
    result_serializer="json",
)
def train(candidates: Together, work: Work, call: Call) -> list[dict[str, Any]]:
    """The candidates' trials as JSON: curves, and metrics in every environment."""
    trained = partial(call, working.train, work)
    with about(candidate=", ".join(map(run_name, candidates))), gpu_slots(work.plan.device, work.processes):
        trials = persistently(trained, candidates, get_run_logger().warning)
    return [trial.model_dump(mode="json") for trial in trials]
