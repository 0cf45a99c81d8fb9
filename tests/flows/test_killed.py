"""`irmflow run`, killed: no half-published version, and the next run is complete, under the same id."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

pytestmark = pytest.mark.slow


def killed_after(stage: str, *arguments: str) -> None:
    """Run the command in a process of its own, and kill it as soon as it tells that `stage` is done."""
    from prefect.settings import PREFECT_API_URL

    command = [sys.executable, "-m", "flows", *arguments]
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True) as process:
        for line in process.stderr:
            if stage in line:
                break
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("stage", ["Ingest", "Publish", "Diagnose"])
def test_after_a_kill_the_next_run_is_complete(folder, irmflow, stage) -> None:
    killed_after(stage, "run", str(folder.contract), "--set", "steps=5000")
    for manifest in Path(".irmflow/data").rglob("manifest.json"):
        assert len(pl.read_parquet(manifest.parent / "environments")) == 400
    before = {manifest.parent.name for manifest in Path(".irmflow/data").rglob("manifest.json")}

    report = irmflow("run", str(folder.contract), "--report", "report.json").report

    found = {manifest.parent.name for manifest in Path(".irmflow/data").rglob("manifest.json")}
    assert found == {report["data_version"]} and before <= found
    assert report["rows"] == {"read": 400, "good": 400, "quarantined": 0}
    assert len(report["candidates"]) == 8
    assert not list(Path(".irmflow/data").rglob(".staging*"))
