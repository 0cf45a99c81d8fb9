"""Select: what ships, and why."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from irm_core.evaluation import selection
from irm_core.evaluation.records import Trial
from irm_core.evaluation.selection import Selection
from irm_core.training.plan import TrainingPlan


@task(name="Select", cache_policy=NO_CACHE)
def select(trials: list[Trial], plan: TrainingPlan) -> Selection:
    """ERM, or an objective that beats it by more than noise where it never trained."""
    return selection.select(trials, plan)
