"""Divide: the candidates of a fold, into stacks that the hardware holds."""

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE

from flows.tasks.train import Call
from irm_core.evaluation import work as working
from irm_core.evaluation.stack import Together
from irm_core.evaluation.work import Work


def _name() -> str:
    return f"Divide without {runtime.task_run.parameters['candidates'][0].left_out}"


@task(name="Divide", task_run_name=_name, cache_policy=NO_CACHE)
def divide(candidates: Together, work: Work, call: Call) -> list[Together]:
    """Stacks of candidates that leave out the same, each as large as may be."""
    stacks: list[Together] = call(working.divide, work, candidates)
    return stacks
