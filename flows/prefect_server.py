"""Prefect's server: asked once, before any work, whether it is there and lets us in."""

import atexit
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from signal import SIG_BLOCK, SIGINT, pthread_sigmask

from httpx import TransportError
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from irm_core.errors import IrmflowError, UsageError

REFUSED = (401, 403)


def reach() -> None:
    """Return if the server of PREFECT_API_URL answers; without one, start Prefect's temporary one.

    Raises IrmflowError where it is away, UsageError where it refuses our credentials.
    """
    address = PREFECT_API_URL.value()
    if address is None:
        start_temporary()
        return
    try:
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}), get_client(sync_client=True) as client:
            client.api_version()
    except TransportError as error:
        raise IrmflowError(
            f"Prefect is away: {address} ({error}). Start it, or unset PREFECT_API_URL: no server is needed."
        ) from error
    except PrefectHTTPStatusError as error:
        if error.response.status_code not in REFUSED:
            raise
        raise UsageError(
            f"Prefect at {address} refuses us: set PREFECT_API_AUTH_STRING to the server's user:password "
            "(PREFECT_SERVER_API_AUTH_STRING)."
        ) from error


def start_temporary() -> None:
    """Start the server that ends with this process, so that Ctrl-C in a terminal does not reach it.

    It has to be told how the run ended. A process blocks the signals that its parent's thread does.
    """
    from prefect.server.api.server import SubprocessASGIServer

    server = SubprocessASGIServer()  # there is one in a process
    shelter = ThreadPoolExecutor(1, initializer=pthread_sigmask, initargs=(SIG_BLOCK, {SIGINT}))
    with shelter as thread:
        up = thread.submit(get_client, sync_client=True)
        while server.server_process is None and not up.done():
            time.sleep(0.01)
        if server.server_process is not None:
            end_with_us(server.server_process.pid)
        up.result()


def end_with_us(server: int) -> None:
    """Have it ended after this process, whose end may be SIGKILL: Prefect's own server would stay for ever.

    The shell's standard input is a pipe that nobody writes to. An exit in order ends the server by itself.
    """
    guard = subprocess.Popen(  # noqa: S603 - a command of our own
        ["/bin/sh", "-c", 'read _; kill "$0"', str(server)], stdin=subprocess.PIPE, start_new_session=True
    )
    atexit.register(_dismiss, guard)


def _dismiss(guard: "subprocess.Popen[bytes]") -> None:
    guard.kill()
    guard.wait()
