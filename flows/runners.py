"""Which place stacks are trained at."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Literal

from flows import ray_cluster
from flows.places import Place, processes
from flows.retraining import Retraining
from irm_core.errors import UsageError

Runner = Literal["processes", "ray"]
Placed = Callable[[Retraining], AbstractContextManager[Place]]


def placed(runner: Runner, max_parallel: int | None, per_model: int) -> Placed:
    """What a retraining enters to train. UsageError, before any work, where it could not."""
    if runner == "processes":
        return partial(processes, max_parallel=max_parallel, per_model=per_model)
    if max_parallel is not None:
        raise UsageError("--max-parallel is for this machine: on a cluster Ray gives out its GPUs and CPUs.")
    ray_cluster.refuse()
    return partial(ray_cluster.ray_cluster, per_model=per_model)
