"""Diagnose: can these environments teach invariance? Before any training."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.retraining import Retraining
from irm_core.diagnostics import diagnose as diagnosing
from irm_core.diagnostics.diagnose import Diagnosis


@task(name="Diagnose", cache_policy=NO_CACHE)
def diagnose(retraining: Retraining) -> Diagnosis:
    """The verdict in words, with its reasons."""
    return diagnosing.diagnose(retraining.rows, retraining.schema, retraining.published.version)
