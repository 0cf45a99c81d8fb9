"""An S3 over real HTTP."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SECRET = "s3cr/et+of~the tests"  # noqa: S105


class S3:
    """A bucket over real HTTP, and the requests that it has answered."""

    def __init__(self, endpoint: str, log: Path) -> None:
        from obstore.store import S3Store

        self.endpoint, self.log, self.bucket, self.secret = endpoint, log, "hearts", SECRET
        self.credentials = {
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }
        options: Any = {name.lower(): value for name, value in self.credentials.items()}
        self.store = S3Store(
            self.bucket, config=options | {"endpoint": endpoint}, client_options={"allow_http": True}
        )

    def put(self, key: str, content: bytes) -> None:
        self.store.put(key, content)

    def delete(self, key: str) -> None:
        self.store.delete(key)

    def keys(self) -> list[str]:
        import obstore

        return sorted(one["path"] for page in obstore.list(self.store) for one in page)

    def fetched(self) -> int:
        """How many objects have been fetched so far."""
        lines = self.log.read_text().splitlines()
        return sum(f'"GET /{self.bucket}/' in line for line in lines)


@pytest.fixture(scope="session")
def s3_server(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int], wait_for: Callable[[str], None]
) -> Iterator[S3]:
    """moto's server, a process of its own."""
    import boto3

    port, log = free_port(), tmp_path_factory.mktemp("moto") / "log"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with log.open("w") as lines, subprocess.Popen(command, stdout=lines, stderr=lines) as process:
        running = S3(f"http://127.0.0.1:{port}", log)
        wait_for(running.endpoint)
        who = {"aws_access_key_id": "tests", "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=running.endpoint, **who).create_bucket(Bucket=running.bucket)
        yield running
        process.terminate()


@pytest.fixture
def s3(s3_server: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    """The server, with an empty bucket, and its credentials in the environment."""
    for name, value in s3_server.credentials.items():
        monkeypatch.setenv(name, value)
    if keys := s3_server.keys():
        s3_server.store.delete(keys)
    return s3_server
