"""An S3 on loopback, and contracts about what is elsewhere."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import polars as pl
import pytest

from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read

SECRET = "s3cr/et+of~the tests"  # noqa: S105
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: patients
version: 1.0.0
servers:
  - SERVER
schema:
  - name: patients
    properties:
      - {name: id, logicalType: integer, primaryKey: true}
      - {name: hospital, logicalType: string, customProperties: [{property: role, value: environment}]}
      - {name: age, logicalType: number, customProperties: [{property: role, value: feature}]}
      - {name: sick, logicalType: boolean, customProperties: [{property: role, value: label}]}
    customProperties:
      - {property: environments, value: {by_hospital: {columns: [hospital]}}}
"""


class S3:
    """A bucket over real HTTP, and the requests that it has answered."""

    def __init__(self, endpoint: str, log: Path) -> None:
        from obstore.store import S3Store

        self.endpoint, self.log, self.bucket = endpoint, log, "hearts"
        self.store = S3Store(self.bucket, config={"endpoint": endpoint}, client_options={"allow_http": True})

    def put(self, key: str, content: bytes) -> None:
        self.store.put(key, content)

    def delete(self, key: str) -> None:
        self.store.delete(key)

    def fetched(self) -> int:
        """How many objects have been fetched so far."""
        lines = self.log.read_text().splitlines()
        return sum(f'"GET /{self.bucket}/' in line for line in lines)


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urlopen(address, timeout=5).close()  # noqa: S310
            return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture(scope="package")
def s3_server(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[S3]:
    """moto's server, a process of its own."""
    import boto3

    port, log = free_port(), tmp_path_factory.mktemp("moto") / "log"
    endpoint = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch, log.open("w") as lines:
        patch.setenv("AWS_ACCESS_KEY_ID", "tests")
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patch.setenv("AWS_REGION", "us-east-1")
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        with subprocess.Popen(command, stdout=lines, stderr=lines) as process:
            wait_for(endpoint)
            boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="hearts")
            yield S3(endpoint, log)
            process.terminate()


@pytest.fixture
def s3(s3_server: S3) -> S3:
    """The server, with an empty bucket."""
    import obstore

    for page in obstore.list(s3_server.store):
        s3_server.store.delete([one["path"] for one in page])
    return s3_server


@pytest.fixture
def server(tmp_path: Path) -> Callable[..., Contract]:
    """The contract about patients at a server of these keys; `custom` are its custom properties."""

    def server(custom: dict[str, object] | None = None, **keys: object) -> Contract:
        more = {"customProperties": [{"property": key, "value": custom[key]} for key in custom or {}]}
        path = tmp_path / "patients.odcs.yaml"
        path.write_text(CONTRACT.replace("SERVER", json.dumps({"server": "one"} | keys | more)))
        return read(path)

    return server


@pytest.fixture
def objects(s3: S3, server: Callable[..., Contract]) -> Callable[..., Contract]:
    """The contract about objects of the bucket."""
    options = {"endpoint": s3.endpoint, "allow_http": True, "region": "us-east-1"}
    return lambda pattern, form="csv": server(
        {"storageOptions": options}, type="s3", location=f"s3://hearts/{pattern}", format=form
    )


def frame(rows: int = 3, first: int = 1) -> pl.DataFrame:
    """Patients of two hospitals."""
    number = list(range(first, first + rows))
    return pl.DataFrame(
        {
            "id": number,
            "hospital": ["va" if one % 2 else "zh" for one in number],
            "age": [20.5 + one for one in number],
            "sick": [one % 3 == 0 for one in number],
        }
    )


@pytest.fixture
def csv() -> Callable[..., bytes]:
    """Patients as CSV."""
    return lambda *arguments: frame(*arguments).write_csv().encode()


@pytest.fixture
def patients() -> Callable[..., pl.DataFrame]:
    """Patients, as a frame."""
    return frame
