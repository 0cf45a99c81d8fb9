"""Embed: what a frozen backbone makes of each image, once for all candidates."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from irm_core.data.rows import Rows
from irm_core.evaluation.embedding import embedded
from irm_core.training.plan import TrainingPlan


@task(name="Embed", cache_policy=NO_CACHE)
def embed(rows: Rows, plan: TrainingPlan) -> Rows:
    """The rows with the features of their images."""
    return embedded(rows, plan)
