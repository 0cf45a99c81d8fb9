"""MLflow away, as against MLflow refusing what it is sent."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow
from mlflow.exceptions import MlflowException
from requests.exceptions import ConnectionError, RequestException, RetryError, Timeout

from irm_core.errors import IrmflowError, UsageError

ERRORS = (MlflowException, RequestException)
"""What MLflow's client raises, be MLflow away or not."""
UNREACHED = (ConnectionError, Timeout, RetryError)  # RetryError: every answer was a 5xx
REFUSED = ("UNAUTHENTICATED", "PERMISSION_DENIED")
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
    """Raise AwayError, with what it means here, where MLflow is away in the block.

    Raises UsageError where it refuses our user: another try would not help.
    """
    try:
        yield
    except ERRORS as error:
        if isinstance(error, MlflowException) and error.error_code in REFUSED:
            raise UsageError(refusal(error)) from error
        if not is_away(error):
            raise
        raise AwayError(f"{said(error, mlflow.get_tracking_uri())}. {consequence}") from error


def refusal(error: MlflowException) -> str:
    """That MLflow does not know our user, or does not allow what was asked, and which."""
    user = os.environ.get("MLFLOW_TRACKING_USERNAME", "")
    who = f"the user {user}" if user else "a request without a user"
    what = f"MLflow at {shown(mlflow.get_tracking_uri())} refuses {who}"
    if error.error_code == "PERMISSION_DENIED":
        asked = str(error).partition(" failed ")[0]
        return f"{what}: it may not do this ({asked}). An administrator can allow it."
    return f"{what}: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD to what it knows."
