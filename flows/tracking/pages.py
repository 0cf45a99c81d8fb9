"""All that a search of MLflow's finds, page by page."""

from collections.abc import Callable, Iterator
from typing import Any


def everything(search: Callable[..., Any], *arguments: Any, **named: Any) -> Iterator[Any]:
    """What `search`, a method of MLflow's client, gives on all its pages."""
    token = None
    while True:
        page = search(*arguments, **named, page_token=token)
        yield from page
        token = page.token
        if not token:
            return
