"""Hold-out: the last judgement, in environments that neither trained nor chose."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.report.outcome import ByEnvironment
from flows.retraining import Retraining
from irm_core.evaluation.configuration import name
from irm_core.evaluation.records import Trial
from irm_core.evaluation.selection import Selection
from irm_core.evaluation.trial import run_trial
from irm_core.training.candidate import CONTROL, Candidate


@task(name="Judge in the hold-out", cache_policy=NO_CACHE)
def judge_hold_out(fitted: Trial, selection: Selection, retraining: Retraining) -> dict[str, ByEnvironment]:
    """The choice's metrics in the hold-out environments and, where it is not the choice, ERM's."""
    version = retraining.published.version
    judged = [fitted]
    if fitted.candidate.objective != CONTROL and version.hold_out:
        control = Candidate(
            objective=CONTROL,
            penalty_weight=0.0,
            learning_rate=selection.erm.learning_rate,
            seed=fitted.candidate.seed,
            left_out=None,
        )
        judged.append(run_trial(retraining.rows, version, retraining.schema, control, retraining.plan)[0])
    return {
        name(one.candidate): {environment: one.metrics[environment] for environment in version.hold_out}
        for one in judged
    }
