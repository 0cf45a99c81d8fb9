"""Where stacks are trained: in processes of this machine, or on a Ray cluster."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from flows.retraining import Retraining
from flows.tasks.train import Call
from flows.workspace import RUNNING
from irm_core.data.laid_out import lay_out, pick_up
from irm_core.data.rows import Rows
from irm_core.data.staging import staging
from irm_core.errors import UsageError
from irm_core.evaluation.crew import Crew
from irm_core.evaluation.work import Work, forget
from irm_core.training.device import resolve
from irm_core.training.devices import gpus

MOST_ON_CPU = 4
"""Processes that nobody asked for: each holds the rows, and some hundred megabytes more."""


@dataclass(frozen=True)
class Place:
    """runner: Prefect's. call: how a task there calls what takes time.

    device: the kind on which it trains. here: whether that is this machine, with its working folder.
    said: what it is, in words.
    """

    runner: TaskRunner[Any]
    work: Work
    call: Call
    device: str
    here: bool
    said: str

    def submit(self, task: Task[..., Any], **parameters: Any) -> PrefectFuture[Any]:
        """A task on this work, begun when there is room for it."""
        return self.runner.submit(task, parameters | {"work": self.work, "call": self.call})


@contextmanager
def processes(retraining: Retraining, max_parallel: int | None, per_model: int) -> Iterator[Place]:
    """One process for each GPU of this machine, or so many GPUs as train one model; or as many as is said."""
    found = teams(gpus(retraining.plan.device), per_model)
    size = max_parallel or len(found) or max(1, cores() // per_model)
    with (
        staging(RUNNING) as folder,
        threads(size) as runner,
        Crew(found, size) as crew,  # ends first, so that no thread waits for a process when all is over
    ):
        lay_out(retraining.rows, folder)
        source = partial(pick_up, retraining.published, retraining.schema, folder.absolute())
        device = resolve(retraining.plan.device).type
        told = said(found, size, retraining.plan.device, per_model)
        yield Place(runner, work(retraining, source, per_model), crew.call, device, True, told)
        crew.call_all(forget)


def threads(size: int) -> ThreadPoolTaskRunner[Any]:
    """So many tasks at a time, each of which waits for a process."""
    return ThreadPoolTaskRunner(max_workers=size)


def work(retraining: Retraining, source: Callable[[], Rows], per_model: int) -> Work:
    """What the stacks of a retraining have in common."""
    version, schema, plan = retraining.published.version, retraining.schema, retraining.plan
    return Work(retraining.id, version, schema, plan, source, per_model)


def teams(found: Sequence[str], per_model: int) -> list[str]:
    """GPUs, so many at a time, as a process is told of them. UsageError where there are some, but too few."""
    if 0 < len(found) < per_model:
        raise UsageError(
            f"--processes-per-model {per_model} needs as many GPUs, and here are {len(found)}: lower it, or "
            "say device: cpu in the plan."
        )
    starts = range(0, len(found) - per_model + 1, per_model)
    return [",".join(found[start : start + per_model]) for start in starts]


def cores() -> int:
    """How many stacks at a time where there is no GPU: most have use for one core only."""
    return min(torch.get_num_threads(), MOST_ON_CPU)


def said(found: Sequence[str], size: int, device: str, per_model: int) -> str:
    """Where stacks are trained, as a note: `2 at a time on the CPU, no GPU is usable here`."""
    stacks = f"{size} stack(s) at a time" + (f", {per_model} processes each," if per_model > 1 else "")
    if found:
        return f"{stacks} on {len(found) * per_model} GPU(s)"
    why = "as the plan says" if device == "cpu" else "no GPU is usable here"
    return f"{stacks} on the CPU, {why}"
