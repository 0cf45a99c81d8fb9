"""What log records are about: data set, split, version and candidate, where they are known.

Every record of the process carries the four as attributes, so that any formatter may write them.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

FIELDS = ("dataset", "split", "version", "candidate")
JSON = "IRMFLOW_LOG_JSON"
"""The environment variable that has logs written to stderr as JSON, a line for each record, and no more."""
JSON_LINES = {
    "PREFECT_LOGGING_ROOT_HANDLERS": "debug",  # the one of Prefect's that writes plain lines to stderr
    "PREFECT_LOGGING_HANDLERS_DEBUG_FORMATTER": "json",
}

_known: ContextVar[dict[str, str] | None] = ContextVar("known", default=None)
_make = logging.getLogRecordFactory()


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Say what the records of the block, and of tasks begun in it, are about: any of FIELDS."""
    logging.setLogRecordFactory(_carrying)
    token = _known.set((_known.get() or {}) | fields)
    try:
        yield
    finally:
        _known.reset(token)


def _carrying(*arguments: object, **more: object) -> logging.LogRecord:
    record, known = _make(*arguments, **more), _known.get() or {}
    for field in FIELDS:
        setattr(record, field, known.get(field))
    return record
