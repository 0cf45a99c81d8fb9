"""A limit to the time that a stage may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.utilities.timeout import timeout

from irm_core.errors import IrmflowError


class OverdueError(IrmflowError):
    """A stage took longer than it may."""


class _ExpiredError(TimeoutError):
    """Ours, as against that of a connection."""


@contextmanager
def time_limit(stage: str, seconds: int | None) -> Iterator[None]:
    """Interrupt the block after so many seconds, if any, as soon as a call into a library gives way.

    Raises OverdueError then. No task is tried again for it.
    """
    try:
        with timeout(seconds, timeout_exc_type=_ExpiredError):
            yield
    except _ExpiredError:
        raise OverdueError(
            f"{stage} took longer than {seconds} s and was ended. What was finished before is kept. Where it "
            "needs more, raise --timeout (timeout in a deployment's form), or leave it out."
        ) from None
