"""Keeps what Great Expectations mutters about itself from the user."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings of what it imports (deprecated, optional), no log lines; errors come as exceptions."""
    # Its modules set levels of their own, so that only the way to the root's handlers can be closed.
    logger, nowhere = logging.getLogger("great_expectations"), logging.NullHandler()
    with warnings.catch_warnings():
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning):
            warnings.simplefilter("ignore", category)
        logger.propagate = False
        logger.addHandler(nowhere)
        try:
            yield
        finally:
            logger.propagate = True
            logger.removeHandler(nowhere)
