"""Refit: one candidate on all training environments."""

from functools import partial

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from flows.log_fields import about
from flows.slots import gpu_slots
from flows.tasks.train import Call
from flows.tracking.names import run_name
from irm_core.evaluation import work as working
from irm_core.evaluation.configuration import name
from irm_core.evaluation.perseverance import persistently
from irm_core.evaluation.records import Trial
from irm_core.evaluation.work import Work
from irm_core.predictor import Predictor
from irm_core.training.candidate import Candidate


def _name() -> str:
    return f"Refit {name(runtime.task_run.parameters['candidate'])}"


@task(name="Refit", task_run_name=_name, cache_policy=NO_CACHE)
def refit(candidate: Candidate, work: Work, call: Call) -> tuple[Trial, Predictor]:
    """Its model, with curves and metrics."""
    with about(candidate=run_name(candidate)), gpu_slots(work.plan.device, work.processes):
        (fitted,) = persistently(partial(call, working.fit, work), [candidate], get_run_logger().warning)
    return fitted
