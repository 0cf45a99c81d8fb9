"""A stage that takes longer than it may is ended, with all that it has started, and is not tried again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LIMITED = """
import sys, time
from flows import workspace
workspace.enter()
from flows import stages, time_limit
from irm_core.data import ingestion
stage, limit = sys.argv[1], time_limit.time_limit
stages.time_limit = lambda name, seconds: limit(name, seconds if name == stage else None)
def hangs(*_, **__):
    print("hangs", flush=True)
    time.sleep(600)
if stage == "Ingest":
    ingestion.ingest = hangs
from flows.cli import main
sys.argv = ["irmflow", "run", "clinics.odcs.yaml", "--timeout", "4", "--set", "steps=10000000"]
main()
"""


@pytest.mark.parametrize("stage", ["Ingest", "Train"])
def test_it_is_said_and_nothing_runs_on(folder, irmflow, processes_with, tmp_path: Path, stage) -> None:
    from prefect.settings import PREFECT_API_URL

    more = {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "MARK": str(tmp_path)}
    command = [sys.executable, "-c", LIMITED, stage]
    done = subprocess.run(
        command, env=os.environ | more, check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 1, done.stderr
    assert f"{stage} took longer than 4 s and was ended" in done.stderr and "raise --timeout" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.count("hangs") == (stage == "Ingest")
    assert not processes_with(f"MARK={tmp_path}")
    assert not list(Path(".irmflow/running").iterdir())
    assert last_state() == "FAILED"


def last_state() -> str:
    """Of the flow run that was begun last."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        (run,) = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
    return run.state.type.value
