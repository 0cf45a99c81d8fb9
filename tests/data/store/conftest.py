"""A file of rows, good and bad, and how it is published."""

from collections.abc import Callable
from pathlib import Path

import pytest

from irm_core.data import store
from irm_core.data.ingestion import ingested

BAD = ("va,fifty,1", ",50,1", "va,200,1", "va,1", "va,1,1,1")


@pytest.fixture(scope="session")
def write() -> Callable[..., Path]:
    """Writes so many good rows, and so many bad ones below them."""

    def make(path: Path, rows: int = 200, bad: int = 5) -> Path:
        lines = [f"{'va' if row % 3 else 'zh'},{18 + row * 37 % 80},{row % 2}" for row in range(rows)]
        lines += [BAD[index % len(BAD)] for index in range(bad)]
        path.write_text("\n".join(["hospital,age,sick", *lines]) + "\n")
        return path

    return make


@pytest.fixture
def publish(contract, tmp_path):
    """Publish a file into `store` in the temporary folder."""

    def run(file: Path, **changes):
        declared = contract(**changes)
        return store.publish(ingested(declared, [file]), declared, "by_hospital", tmp_path / "store")

    return run
