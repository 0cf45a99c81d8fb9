"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    """Ask again and again; the first answer that is true. In vain, it fails with what `seen` says."""

    def wait(ask: Callable[[], Any], patience: float = 150, seen: Callable[[], str] = str) -> Any:
        give_up = time.monotonic() + patience
        while time.monotonic() < give_up:
            if answer := ask():
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{ask} after {patience} s\n{seen()}")

    return wait
