"""Ports of this machine: for a server, and where there is none."""

import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A port of this machine for a server: none of those that the system gives to connections meanwhile."""

    def find() -> int:
        while True:
            port = 11_000 + secrets.randbelow(20_000)
            with socket.socket() as one, suppress(OSError):
                one.bind(("127.0.0.1", port))
                return port

    return find


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nothing listens, nor can as long as the test runs."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield one.getsockname()[1]


@pytest.fixture(scope="session")
def wait_for() -> Callable[[str], None]:
    """Waits until a server answers at an address, whatever it answers."""

    def wait(address: str) -> None:
        for _ in range(300):
            try:
                return urlopen(address, timeout=5).close()  # noqa: S310
            except HTTPError as answer:
                return answer.close()
            except (URLError, ConnectionError):
                time.sleep(0.1)
        raise TimeoutError(address)

    return wait
