"""Recognise: was a retraining of the same content judged and registered before?"""

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.tracking.judged import Judged, judged
from irm_core.data.version import Version


@task(name="Recognise", cache_policy=NO_CACHE)
def recognise(version: Version, content: str) -> Judged | None:
    """What it made, if the registry still has it."""
    return judged(version, content)
