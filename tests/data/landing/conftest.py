"""Contracts about what is elsewhere."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read

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
