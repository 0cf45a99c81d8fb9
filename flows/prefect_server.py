"""Prefect's server: asked once, before any work, whether it is there and lets us in."""

from httpx import TransportError
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from irm_core.errors import IrmflowError, UsageError

REFUSED = (401, 403)


def reach() -> None:
    """Return if the server of PREFECT_API_URL answers; without one, Prefect starts its own.

    Raises IrmflowError where it is away, UsageError where it refuses our credentials.
    """
    address = PREFECT_API_URL.value()
    if address is None:
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
