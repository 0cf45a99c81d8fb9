"""Contracts about what is elsewhere."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

AZURITE = Path(sys.prefix, "azurite", "node_modules", ".bin", "azurite-blob")
ACCOUNT = "devstoreaccount1"  # the emulator's own, with its key, as Microsoft publishes them
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
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
def objects(s3, server: Callable[..., Contract]) -> Callable[..., Contract]:
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


@dataclass(frozen=True)
class Azurite:
    """A container over real HTTP."""

    endpoint: str
    container: "ContainerClient"

    @property
    def credentials(self) -> dict[str, str]:
        return {"AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT, "AZURE_STORAGE_ACCOUNT_KEY": KEY}

    def put(self, key: str, content: bytes) -> None:
        self.container.upload_blob(key, content, overwrite=True)


@pytest.fixture(scope="session")
def azurite(free_port, wait_for, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """The emulator, a process of its own, with an empty container."""
    if not AZURITE.exists():
        pytest.skip("needs Azurite")
    from azure.storage.blob import ContainerClient

    port, log = free_port(), tmp_path_factory.mktemp("azurite") / "log"
    # Its versions of the protocol lag behind those of Microsoft's own client.
    options = [
        "--blobPort",
        str(port),
        "--inMemoryPersistence",
        "--skipApiVersionCheck",
        "--disableTelemetry",
    ]
    with log.open("w") as lines, subprocess.Popen([AZURITE, *options], stdout=lines, stderr=lines) as process:
        endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
        wait_for(f"http://127.0.0.1:{port}")
        with ContainerClient(endpoint, "hearts", credential=KEY) as container:
            container.create_container()
            yield Azurite(endpoint, container)
        process.terminate()
