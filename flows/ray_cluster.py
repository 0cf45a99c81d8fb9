"""Stacks as tasks of a Ray cluster, of which each takes a GPU, or a CPU where the cluster has no GPU."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import Any

from prefect.settings import PREFECT_API_URL

from flows.places import Place, work
from flows.retraining import Retraining
from irm_core.data.rows import Rows
from irm_core.errors import UsageError


@contextmanager
def ray_cluster(retraining: Retraining, per_model: int) -> Iterator[Place]:
    """The cluster at RAY_ADDRESS, or one of this machine alone.

    The rows go there as an object, once for each node. What a task's death leaves undone Ray does again.
    """
    import ray
    from prefect_ray import RayTaskRunner  # type: ignore[import-untyped]
    from prefect_ray.context import remote_options  # type: ignore[import-untyped]

    address = os.environ.get("RAY_ADDRESS")
    with RayTaskRunner(address=address, init_kwargs={"log_to_driver": False}) as runner:
        gpus = 0 if retraining.plan.device == "cpu" else int(ray.cluster_resources().get("GPU", 0))
        said = f"{gpus} GPU(s)" if gpus else f"{int(ray.cluster_resources()['CPU'])} CPU(s)"
        with remote_options(num_cpus=per_model, num_gpus=per_model if gpus else 0):
            source = partial(fetched, ray.put(retraining.rows))
            device = "cuda" if gpus else "cpu"
            there = f"on a Ray cluster with {said}"
            yield Place(runner, work(retraining, source, per_model), here, device, False, there)


def fetched(rows: Any) -> Rows:
    """What a reference refers to; a node fetches it once for all its tasks."""
    import ray

    found: Rows = ray.get(rows)
    return found


def here(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call it in this process: that of a Ray task is its own already."""
    return function(*arguments)


def refuse() -> None:
    """UsageError where Ray is not installed, or no Prefect server is known that all its tasks can reach."""
    if find_spec("ray") is None or find_spec("prefect_ray") is None:
        raise UsageError("Ray is not installed: pip install 'irmflow[ray]', here and on the cluster.")
    if PREFECT_API_URL.value() is None:
        raise UsageError(
            "On a Ray cluster every task tells Prefect of itself, so all need one server. Start it where the "
            "cluster reaches it, then say where it is: export PREFECT_API_URL=http://HOST:4200/api."
        )
