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
from irm_core.evaluation.crew import Crew
from irm_core.evaluation.work import Work, forget
from irm_core.training.devices import gpus

MOST_ON_CPU = 4
"""Processes that nobody asked for: each holds the rows, and some hundred megabytes more."""


@dataclass(frozen=True)
class Place:
    """runner: Prefect's. call: how a task there calls what takes time. said: what it is, in words."""

    runner: TaskRunner[Any]
    work: Work
    call: Call
    said: str

    def submit(self, task: Task[..., Any], **parameters: Any) -> PrefectFuture[Any]:
        """A task on this work, begun when there is room for it."""
        return self.runner.submit(task, parameters | {"work": self.work, "call": self.call})


@contextmanager
def processes(retraining: Retraining, max_parallel: int | None) -> Iterator[Place]:
    """One process for each GPU of this machine, else on the CPU; or as many as is said."""
    found = gpus(retraining.plan.device)
    size = max_parallel or len(found) or cores()
    with (
        staging(RUNNING) as folder,
        threads(size) as runner,
        Crew(found, size) as crew,  # ends first, so that no thread waits for a process when all is over
    ):
        lay_out(retraining.rows, folder)
        source = partial(pick_up, retraining.published, retraining.schema, folder.absolute())
        yield Place(runner, work(retraining, source), crew.call, said(found, size, retraining.plan.device))
        crew.call_all(forget)


def threads(size: int) -> ThreadPoolTaskRunner[Any]:
    """So many tasks at a time, each of which waits for a process."""
    return ThreadPoolTaskRunner(max_workers=size)


def work(retraining: Retraining, source: Callable[[], Rows]) -> Work:
    """What the stacks of a retraining have in common."""
    return Work(retraining.id, retraining.published.version, retraining.schema, retraining.plan, source)


def cores() -> int:
    """How many stacks at a time where there is no GPU: most have use for one core only."""
    return min(torch.get_num_threads(), MOST_ON_CPU)


def said(found: Sequence[str], size: int, device: str) -> str:
    """Where stacks are trained, as a note: `2 at a time on the CPU, no GPU is usable here`."""
    if found:
        return f"{size} stack(s) at a time on {len(found)} GPU(s)"
    why = "as the plan says" if device == "cpu" else "no GPU is usable here"
    return f"{size} stack(s) at a time on the CPU, {why}"
