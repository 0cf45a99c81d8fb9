"""Hold-out: the last judgement, in environments that neither trained nor chose."""

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.report.outcome import ByEnvironment
from irm_core.data.version import Version
from irm_core.evaluation.configuration import name
from irm_core.evaluation.records import Trial


@task(name="Judge in the hold-out", cache_policy=NO_CACHE)
def judge_hold_out(refitted: Sequence[Trial], version: Version) -> dict[str, ByEnvironment]:
    """The metrics in the hold-out environments of what was refitted: the choice, and ERM."""
    return {
        name(one.candidate): {environment: one.metrics[environment] for environment in version.hold_out}
        for one in refitted
    }
