"""Deployments served by this process until a signal, which ends them in order, whatever is under way."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import prefect
from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound

from flows import console


def serve(deployments: Sequence[RunnerDeployment]) -> None:
    """Run what is scheduled, until a signal: then pause them, since nobody would run them.

    In a thread: an interruption of the main one would meet the event loop in the middle of a step, and the
    step be lost.
    """
    begun: Future[Callable[[], object]] = Future()
    with ThreadPoolExecutor(1) as thread:
        served = thread.submit(asyncio.run, _serve(deployments, begun))
        while not served.done():
            try:
                served.exception()
            except KeyboardInterrupt:
                cancel = begun.result()
                cancel()
    try:
        served.result()
    except asyncio.CancelledError:
        _pause(deployments)
        console.err.print("No longer served: schedules are paused until they are served or deployed again.")


def _pause(deployments: Sequence[RunnerDeployment]) -> None:
    """Prefect pauses them itself, but not where it was still about to begin."""
    with get_client(sync_client=True) as client:
        for one in deployments:
            with suppress(ObjectNotFound):
                client.pause_deployment(client.read_deployment_by_name(f"{one.flow_name}/{one.name}").id)


async def _serve(deployments: Sequence[RunnerDeployment], begun: Future[Callable[[], object]]) -> None:
    """Tells `begun` how it is cancelled from another thread."""
    serving = asyncio.ensure_future(prefect.aserve(*deployments, limit=len(deployments)))
    begun.set_result(partial(asyncio.get_running_loop().call_soon_threadsafe, serving.cancel))
    await serving
