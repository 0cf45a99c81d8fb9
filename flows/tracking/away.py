"""MLflow away, as against MLflow refusing what it is sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow
from mlflow.exceptions import MlflowException
from requests.exceptions import ConnectionError, RequestException, RetryError, Timeout

from irm_core.errors import IrmflowError

ERRORS = (MlflowException, RequestException)
"""What MLflow's client raises, be MLflow away or not."""
UNREACHED = (ConnectionError, Timeout, RetryError)  # RetryError: every answer was a 5xx
BUSY = ("TEMPORARILY_UNAVAILABLE", "DEADLINE_EXCEEDED", "REQUEST_LIMIT_EXCEEDED")


class AwayError(IrmflowError):
    """MLflow is away, where nothing can be done without it."""


def is_away(error: BaseException) -> bool:
    """True if the same request may succeed later: no answer, a server in trouble, a locked or full database.

    Call it with an exception that MLflow's client raised, after its own retries.
    """
    if isinstance(error, MlflowException):
        reason = error.__cause__ or error.__context__
        return error.error_code in BUSY or isinstance(reason, UNREACHED)
    return isinstance(error, UNREACHED)


def said(error: BaseException, store: str) -> str:
    """That MLflow is away, where, and why: the innermost reason, without a password."""
    reason = (error.__cause__ or error.__context__ or error) if isinstance(error, MlflowException) else error
    innermost = getattr(reason.args[0], "reason", reason) if reason.args else reason
    first, *_ = str(innermost).splitlines() or [type(innermost).__name__]
    return f"MLflow is away: {shown(store)} ({shown(first)})"


def shown(address: str) -> str:
    """The address without the user's name and password."""
    return re.sub(r"//[^/@\s]*@", "//", address)


@contextmanager
def needed(consequence: str) -> Iterator[None]:
    """Raise AwayError, with what it means here, where MLflow is away in the block."""
    try:
        yield
    except ERRORS as error:
        if not is_away(error):
            raise
        raise AwayError(f"{said(error, mlflow.get_tracking_uri())}. {consequence}") from error
