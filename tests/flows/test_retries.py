"""A task is tried again where input or output failed for now, never where the data are wrong."""

import errno

import pytest

from flows.tasks.retries import transient
from irm_core.errors import DataError, IrmflowError


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), False),
        (caused(IrmflowError("cannot be written"), OSError(errno.ENOSPC, "No space left on device")), False),
        (caused(DataError("cannot be read"), OSError(5, "Input/output error")), True),
        (FileNotFoundError(), False),
        (PermissionError(), False),
        (DataError("column age is missing"), False),
        (caused(DataError("cannot be read"), ValueError()), False),
        (None, False),
    ],
)
def test_only_failures_that_may_pass_are_tried_again(error: Exception | None, again: bool) -> None:
    assert transient(error) is again
