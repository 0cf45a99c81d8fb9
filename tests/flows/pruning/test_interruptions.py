"""`irmflow prune` killed half-way, beside a retraining at work, and without MLflow."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

KILLED_AT = """
import importlib, os, signal, sys
module = importlib.import_module(sys.argv[1])
setattr(module, sys.argv[2], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
sys.argv = ["irmflow", "prune", "--keep", "1"]
from flows.cli import main
main()
"""


def kept() -> set[str]:
    return {path.name for path in Path(".irmflow/data/clinics/by_site").glob("[!.]*")}


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("flows.tracking.erasure", "_erase_run"),
        ("flows.tracking.erasure", "_delete_files"),
        ("flows.pruning.files", "remove"),
    ],
)
def test_killed_it_does_the_rest_when_called_again(
    folder, published, track, left, irmflow, module, function
) -> None:
    from prefect.settings import PREFECT_API_URL

    for number, version in enumerate(published):
        track(f"retraining-{number}", version)
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    command = [sys.executable, "-c", KILLED_AT, module, function]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, timeout=300)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(kept()) == 3

    assert irmflow("prune", "--keep", "1").status == 0
    assert kept() == {published[2]}
    assert left() == {"retraining-2"}


def test_the_version_that_a_retraining_at_work_uses_stays(folder, published, irmflow) -> None:
    from flows.alive import alive

    with alive("00000000-0000-0000-0000-000000000000") as uses:
        uses(published[0])
        assert irmflow("prune", "--keep", "1").status == 0
    assert kept() == {published[0], published[2]}


def test_while_a_retraining_prepares_its_data_every_version_stays(folder, published, irmflow) -> None:
    from flows.alive import alive

    with alive("00000000-0000-0000-0000-000000000000"):
        said = irmflow("prune", "--keep", "1")
    assert said.status == 0
    assert kept() == set(published)
    assert "is preparing its data" in said.err


def test_the_runs_of_a_retraining_at_work_stay(folder, published, track, left, irmflow) -> None:
    from flows.alive import alive

    for number, version in enumerate(published):
        track(f"retraining-{number}", version)
    with alive("retraining-0"):
        assert irmflow("prune", "--keep", "1").status == 0
    assert left() == {"retraining-0", "retraining-2"}


def test_without_the_registry_nothing_is_removed(folder, published, irmflow) -> None:
    (folder.path / ".irmflow" / "mlflow.db").write_text("not a database")
    assert irmflow("prune", "--keep", "1").status == 1
    assert kept() == set(published)


def test_with_mlflow_away_nothing_is_removed_and_it_is_said_why(
    folder, published, irmflow, monkeypatch, closed_port
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{closed_port}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    said = irmflow("prune", "--keep", "1")
    assert said.status == 1
    assert "MLflow is away" in said.err
    assert "Nothing was removed" in said.err
    assert kept() == set(published)
