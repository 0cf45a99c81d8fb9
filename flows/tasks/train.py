"""Train: a stack of candidates that leave out the same environment. What is trained is not trained again."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from flows.checkpoints import checkpoint_of
from flows.kept_trials import KeptTrials
from flows.log_fields import about
from flows.slots import gpu_slots
from flows.tracking.names import run_name
from flows.warning import warn
from irm_core.evaluation import work as working
from irm_core.evaluation.perseverance import persistently
from irm_core.evaluation.records import Trial
from irm_core.evaluation.stack import Together
from irm_core.evaluation.work import Work
from irm_core.training.candidate import Candidate

Call = Callable[..., Any]
"""Calls a function with arguments, in whatever process there is for it."""


def _name() -> str:
    candidates: Together = runtime.task_run.parameters["candidates"]
    return f"Train {len(candidates)} candidates without {candidates[0].left_out}"


@task(name="Train", task_run_name=_name, cache_policy=NO_CACHE)
def train(
    candidates: Together, work: Work, call: Call, kept: KeptTrials | None, checkpoints: Path | None
) -> list[Trial]:
    """The candidates' trials: curves, and metrics in every environment.

    kept: where each is kept as soon as it is made; what is there meanwhile is not trained again. None, as is
    `checkpoints`, on another machine.
    """
    with about(candidate=", ".join(map(run_name, candidates))), gpu_slots(work.plan.device, work.processes):
        known = {} if kept is None else kept.known(candidates)
        missing = [one for one in candidates if one not in known]
        trained = partial(_kept, work, call, kept, checkpoints)
        trials = persistently(trained, missing, get_run_logger().warning) if missing else []
    return [*known.values(), *trials]


def _kept(
    work: Work,
    call: Call,
    kept: KeptTrials | None,
    checkpoints: Path | None,
    candidates: Sequence[Candidate],
) -> list[Trial]:
    """Where their stack was killed before, it goes on from its checkpoint."""
    trials: list[Trial] = call(working.train, work, candidates, checkpoint_of(candidates, checkpoints))
    if kept is not None:
        kept.keep(trials, warn)
    return trials
