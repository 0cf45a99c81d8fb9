"""`irmflow doctor`, after real kills."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

pytestmark = pytest.mark.slow

KILLED_AT = """
import os, signal, sys
from flows import tracking, workspace
workspace.enter()
import importlib
module = importlib.import_module(sys.argv[1])
setattr(module, sys.argv[2], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
sys.argv = ["irmflow", "run", sys.argv[3]]
from flows.cli import main
main()
"""


def killed_at(module: str, function: str, contract: Path) -> str:
    """A retraining that is killed when it first calls this function; the retraining's id."""
    from prefect.settings import PREFECT_API_URL

    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    command = [sys.executable, "-c", KILLED_AT, module, function, contract.name]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, timeout=300)
    assert done.returncode == -signal.SIGKILL, done.stderr
    (lock,) = Path(".irmflow/running").glob("[!.]*")  # beside what its processes share
    return lock.stem


def state_of(retraining: str) -> str:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.read_flow_run(UUID(retraining)).state.type.value


def tasks_of(retraining: str) -> set[str]:
    """The states of its tasks."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    of_it = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(retraining)]))
    with get_client(sync_client=True) as client:
        return {one.state.type.value for one in client.read_task_runs(flow_run_filter=of_it)}


def statuses(retraining: str) -> set[str]:
    from mlflow import MlflowClient

    client = MlflowClient()
    every = [one.experiment_id for one in client.search_experiments()]
    return {run.info.status for run in client.search_runs(every, f"tags.retraining = '{retraining}'")}


def test_a_retraining_killed_while_it_logs_is_ended_in_prefect_and_in_mlflow(folder, irmflow) -> None:
    retraining = killed_at("flows.tracking.record", "log", folder.contract)
    assert (state_of(retraining), statuses(retraining)) == ("RUNNING", {"RUNNING"})
    assert "RUNNING" in tasks_of(retraining)
    said = irmflow("doctor")
    assert said.status == 0, said.err
    assert (state_of(retraining), statuses(retraining)) == ("CRASHED", {"KILLED"})
    assert said.out.count("is marked as") == 2 and "of its tasks are marked as crashed" in said.out
    assert tasks_of(retraining) == {"COMPLETED", "CRASHED"}
    assert irmflow("doctor").out == "Nothing to mend.\n"


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("flows.tracking.registry", "crown"),
        ("flows.tracking.summary", "log_verdict"),
        ("flows.tasks.register", "settle"),
    ],
)
def test_after_a_kill_while_it_registers_there_is_one_version_the_champion(
    folder, irmflow, module, function
) -> None:
    from mlflow import MlflowClient

    killed_at(module, function, folder.contract)
    assert len(MlflowClient().search_model_versions("name = 'clinics-by_site'")) == 1
    assert irmflow("doctor").status == 0
    assert irmflow("run", folder.contract.name).status == 0
    (made,) = MlflowClient().search_model_versions("name = 'clinics-by_site'")
    champion = MlflowClient().get_model_version_by_alias(made.name, "champion")
    assert champion.version == made.version and "no champion" in champion.description
    assert statuses(made.tags["retraining"]) == {"FINISHED"}
    assert "Nothing has changed" in irmflow("run", folder.contract.name).out


def test_a_half_written_version_is_removed(folder, irmflow) -> None:
    retraining = killed_at("irm_core.data.store", "_complete", folder.contract)
    assert list(Path(".irmflow/data").rglob(".staging-*"))
    said = irmflow("doctor")
    assert "which a dead process had begun to write" in said.out
    assert not list(Path(".irmflow/data").rglob(".staging-*"))
    assert state_of(retraining) == "CRASHED"


def test_a_retraining_that_lives_is_left_alone(folder, irmflow) -> None:
    from flows.alive import alive

    with alive("00000000-0000-0000-0000-000000000000"):
        assert irmflow("doctor").out == "Nothing to mend.\n"
    assert not list(Path(".irmflow/running").iterdir())


def test_the_pixels_that_a_killed_retraining_shared_are_no_retraining(folder, irmflow) -> None:
    from flows.workspace import RUNNING

    shared = RUNNING / ".staging-0"
    shared.mkdir(parents=True)
    shared.with_name(".staging-0.lock").touch()
    said = irmflow("doctor")
    assert said.status == 0, said.err
    assert not shared.exists()


def test_slots_on_gpus_that_nobody_holds_any_more_are_free_again(folder, irmflow) -> None:
    from prefect.client.orchestration import get_client
    from prefect.states import Crashed

    from flows.slots import AT_WORK, LIMIT, ensure_limit

    ensure_limit(2)
    with get_client(sync_client=True) as client:
        for one in client.read_flow_runs(flow_run_filter=AT_WORK):  # that other tests have killed
            client.set_flow_run_state(one.id, Crashed(), force=True)
        try:
            client.increment_concurrency_slots([LIMIT], 2, "concurrency")  # as leases leave it that were lost
            assert f"2 slot(s) of {LIMIT}" in irmflow("doctor").out
            assert client.read_global_concurrency_limit_by_name(LIMIT).active_slots == 0
        finally:
            client.delete_global_concurrency_limit_by_name(LIMIT)


def test_what_only_another_server_knows_is_said(folder, irmflow) -> None:
    from flows.workspace import RUNNING

    RUNNING.mkdir(parents=True)
    (RUNNING / "00000000-0000-0000-0000-000000000000.lock").touch()
    assert "has no retraining 00000000-0000-0000-0000-000000000000" in irmflow("doctor").out
