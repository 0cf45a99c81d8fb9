"""A Delta table on this machine, and how versions get there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from deltalake import DeltaTable

from irm_core.data.lake import store as lake
from irm_core.data.version import Published


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of the table."""
    return tmp_path / "lake" / "patients" / "by_hospital"


@pytest.fixture
def release(publish: Callable[..., Published], tmp_path: Path) -> Callable[..., Published]:
    """Publish a file into the workspace and into the store."""
    return lambda file, **changes: lake.publish(publish(file, **changes), f"delta:{tmp_path / 'lake'}")


@pytest.fixture
def commits(home: Path) -> Callable[[], list[str]]:
    """The versions that the table's log says were committed, the oldest first."""
    return lambda: [
        one["irmflow.version"] for one in reversed(DeltaTable(home).history()) if "irmflow.version" in one
    ]
