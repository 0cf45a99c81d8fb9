"""`irmflow run`, stopped by a signal: it ends in order and says so; the next run trains what is missing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from uuid import UUID

import pytest

from flows.workspace import RUNNING

pytestmark = pytest.mark.slow

CANDIDATES = 8  # four stacks of two
STEPS = ("--set", "steps=3000")


def start(folder, mark: str, **more: str) -> "subprocess.Popen[str]":
    """A retraining in a group of its own, as a terminal has it; its processes bear the mark."""
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    command = [sys.executable, "-m", "flows", "run", folder.contract.name, *STEPS]
    return subprocess.Popen(
        command,
        env=environment | more | {"MARK": mark},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def training(kept):
    """Waits until a stack is trained; gives the id of the retraining."""

    def wait(process: "subprocess.Popen[str]") -> str:
        while not kept() and process.poll() is None:
            time.sleep(0.05)
        (lock,) = RUNNING.glob("[!.]*.lock")
        return lock.stem

    return wait


def stop(process: "subprocess.Popen[str]", number: signal.Signals) -> str:
    """Stop it; what it said."""
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 128 + number, said
    return said


@pytest.fixture
def in_order(folder, irmflow, processes_with, trained, kept, tmp_path):
    """What has to be true of every run that was stopped."""

    def check(said: str, number: signal.Signals, statuses: set[str]) -> None:
        assert f"Stopped by {number.name}." in said and "the next run goes on from there" in said
        assert "Traceback" not in said, said
        assert not processes_with(f"MARK={tmp_path}")
        assert "KILLED" in statuses and statuses <= {"KILLED", "FINISHED"}
        done = len(kept())
        again = irmflow("run", folder.contract.name, "--report", "report.json", *STEPS)
        assert again.status == 0, again.err
        assert 0 < done < CANDIDATES and len(trained) == CANDIDATES - done
        assert len(again.report["candidates"]) == CANDIDATES

    return check


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_with_a_server_prefect_knows_that_it_crashed(
    folder, irmflow, in_order, training, left_in_mlflow, tmp_path, number
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    with start(folder, str(tmp_path), PREFECT_API_URL=str(PREFECT_API_URL.value())) as process:
        retraining = training(process)
        statuses = left_in_mlflow(retraining)
        said = stop(process, number)
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(UUID(retraining)).state.is_crashed()
    in_order(said, number, statuses())


@pytest.mark.parametrize("number", [signal.SIGINT])
def test_without_a_server_the_temporary_one_is_told_and_ends(
    folder, irmflow, in_order, training, left_in_mlflow, tmp_path, number
) -> None:
    home = folder.path / ".irmflow" / "prefect"
    with start(folder, str(tmp_path), PREFECT_HOME=str(home)) as process:
        statuses = left_in_mlflow(training(process))
        said = stop(process, number)
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        assert database.execute("SELECT state_type FROM flow_run").fetchall() == [("CRASHED",)]
    in_order(said, number, statuses())


def test_where_the_temporary_server_is_stopped_as_well_nobody_waits_for_it(
    folder, irmflow, training, processes_with, tmp_path
) -> None:
    with start(folder, str(tmp_path)) as process:
        training(process)
        os.killpg(process.pid, signal.SIGTERM)
        said = process.communicate(timeout=120)[1]
    assert process.returncode == 128 + signal.SIGTERM
    assert "Stopped by SIGTERM." in said and "Traceback" not in said
    assert not processes_with(f"MARK={tmp_path}")


def test_killed_at_once_it_leaves_no_process_either(
    folder, irmflow, training, processes_with, tmp_path
) -> None:
    mark = f"MARK={tmp_path}"
    with start(folder, str(tmp_path)) as process:
        training(process)
        assert len(processes_with(mark)) > 2  # with the temporary server and those of stacks
        process.kill()
    give_up = time.monotonic() + 60
    while processes_with(mark) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert not processes_with(mark)
