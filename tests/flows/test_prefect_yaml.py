"""`prefect deploy` with prefect.yaml: what it refuses, what it makes, and that what it deploys runs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL
from prefect.states import Cancelling

from flows import safeguards, workspace
from flows.plans import read_plan
from flows.prefect_yaml import prepare
from flows.slots import LIMIT, size
from flows.zombies import NAME
from irm_core.contracts.read import read
from irm_core.training.plan import TrainingPlan

pytestmark = pytest.mark.slow

HOME = Path(__file__).parents[2]
OURS = yaml.safe_load((HOME / "prefect.yaml").read_text())
FIRST = OURS["deployments"][0]


@pytest.fixture
def pool(irmflow) -> None:
    from flows.deploy import POOL, ensure_pool

    ensure_pool(POOL)


@pytest.fixture
def file(folder) -> Callable[..., Path]:
    """Writes prefect.yaml as ours is, about the folder's contract, with a deployment for each split."""

    def write(*splits: str) -> Path:
        made = OURS | {"deployments": [FIRST | about(split) for split in splits]}
        Path("prefect.yaml").write_text(yaml.safe_dump(made))
        return Path("prefect.yaml")

    def about(split: str) -> dict[str, Any]:
        plan = yaml.safe_load(Path("clinics.plan.yaml").read_text())
        parameters = {"contract": "clinics.odcs.yaml", "split": split, "plan": plan}
        return {"name": f"clinics-{split}", "parameters": parameters}

    return write


def prefect(*arguments: str, cwd: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Prefect's command as in a terminal where nothing of MLflow's or ours is set."""
    unset = set(workspace.defaults(Path())) - {"PREFECT_HOME"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "PWD": str(cwd)} | more
    command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, check=False, capture_output=True, text=True, timeout=500
    )


def deployed() -> dict[str, Any]:
    with get_client(sync_client=True) as client:
        return {one.name: one for one in client.read_deployments()}


def test_ours_has_a_deployment_for_every_contract(pool) -> None:
    done = prefect("deploy", "--all", cwd=HOME)
    assert done.returncode == 0, done.stdout + done.stderr
    made = deployed()
    for file in HOME.glob("data_contracts/*.odcs.yaml"):
        contract = read(file)
        one = made[f"{contract.name}-{contract.chosen_split(None)}"]
        assert one.parameters["contract"] == str(file.relative_to(HOME))
        assert TrainingPlan.model_validate(one.parameters["plan"]) == read_plan(None, file, [])
        assert one.schedules[0].schedule.timezone == "Europe/Berlin"
        assert one.concurrency_options.collision_strategy.value == "CANCEL_NEW"
        assert one.job_variables["stream_output"] is False


def test_ours_sets_as_the_folder_does_what_is_read_before_the_flow_begins() -> None:
    said = FIRST["work_pool"]["job_variables"]["env"]
    assert said.items() <= workspace.defaults(Path()).items()


@pytest.fixture
def without_safeguards(pool) -> Iterator[None]:
    def remove() -> None:
        with get_client(sync_client=True) as client:
            for one in client.read_automations_by_name(NAME):
                client.delete_automation(one.id)
            if size() is not None:
                client.delete_global_concurrency_limit_by_name(LIMIT)

    remove()
    yield
    remove()


def test_its_step_makes_the_automation_and_the_limit(file, without_safeguards, monkeypatch) -> None:
    monkeypatch.setattr(safeguards, "gpus", lambda _: ("0", "1"))
    prepare(str(file("by_site")))
    prepare()
    with get_client(sync_client=True) as client:
        assert len(client.read_automations_by_name(NAME)) == 1
    assert size() == 2


def test_what_it_deploys_runs_in_its_folder_with_nothing_set(pool, file, folder, irmflow, tmp_path) -> None:
    file("by_site", "but_west")
    done = prefect("deploy", "--all", cwd=folder.path)
    assert done.returncode == 0, done.stdout + done.stderr
    good = started("clinics-by_site")
    unknown = started("clinics-but_west", stepz=3)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    worker = prefect("worker", "start", "--pool", "irmflow", "--run-once", cwd=elsewhere)
    assert state(good).is_completed(), (state(good).message, worker.stdout)
    assert not state(unknown).is_completed() and "'stepz'" in logged(unknown), logged(unknown)
    assert list(Path(".irmflow/results").glob("trials-*"))
    assert not list(elsewhere.iterdir()) and not Path("mlflow.db").exists()
    report = irmflow("run", "clinics.odcs.yaml", "--report", "report.json").report
    assert report["unchanged"]


def test_cancelled_its_runs_end_in_the_mlflow_of_its_folder(
    pool, file, folder, irmflow, left_in_mlflow
) -> None:
    Path("clinics.plan.yaml").write_text(Path("clinics.plan.yaml").read_text().replace("20", "10000"))
    file("by_site")
    assert prefect("deploy", "--all", cwd=folder.path).returncode == 0
    run = started("clinics-by_site", max_parallel=1)
    with ThreadPoolExecutor() as threads:
        arguments = ("worker", "start", "--pool", "irmflow", "--run-once")
        worker = threads.submit(prefect, *arguments, cwd=folder.path.parent)
        until(lambda: list(Path(".irmflow/results").glob("trials-*")))
        statuses = left_in_mlflow(str(run.id))
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(run.id, Cancelling())
        until(lambda: state(run).is_final())
        worker.result()
    assert state(run).is_cancelled()
    assert "KILLED" in statuses() and statuses() <= {"KILLED", "FINISHED"}
    assert not (folder.path.parent / ".irmflow").exists()


def until(so: Callable[[], Any]) -> None:
    give_up = time.monotonic() + 300
    while not so():
        assert time.monotonic() < give_up, so
        time.sleep(0.2)


def started(name: str, **parameters: Any) -> FlowRun:
    with get_client(sync_client=True) as client:
        return client.create_flow_run_from_deployment(deployed()[name].id, parameters=parameters)


def state(run: FlowRun) -> Any:
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run.id).state


def logged(run: FlowRun) -> str:
    chosen = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))
    with get_client(sync_client=True) as client:
        return "\n".join(one.message for one in client.read_logs(chosen))


def change(said: dict[str, Any], place: tuple[Any, ...], value: Any) -> None:
    for one in place[:-1]:
        said = said[one]
    said[place[-1]] = value


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (("deploymentz",), [], "no key 'deploymentz'"),
        (("deployments", 0, "concurency_limit"), 1, "no key 'concurency_limit'"),
        (("deployments", 0, "concurrency_limit", "colision_strategy"), "X", "no key 'colision_strategy'"),
        (("deployments", 0, "work_pool", "queue"), "X", "no key 'queue'"),
        (("deployments", 0, "work_pool", "job_variables", "steam_output"), False, "mean 'stream_output'?"),
        (("deployments", 0, "parameters", "stepz"), 3, "'stepz' was unexpected"),
        (("deployments", 0, "parameters", "plan", "stepz"), 3, "'stepz' was unexpected"),
        (("deployments", 0, "schedules", 0, "parameters"), {"stepz": 3}, "'stepz' was unexpected"),
        (("deployments", 0, "triggers"), [{"expect": ["x"], "exspect": []}], "no key 'exspect'"),
        (("build", 0, "flows.prefect_yaml.prepare", "fyle"), "x", "argument 'fyle'"),
        (("pull", 0), {"prefect.nowhere.set": {}}, "the step prefect.nowhere.set cannot be called so"),
    ],
)
def test_what_prefect_would_ignore_is_refused_by_line(pool, file, capsys, place, value, sentence) -> None:
    said = yaml.safe_load(file("by_site").read_text())
    change(said, place, value)
    Path("prefect.yaml").write_text(yaml.safe_dump(said))
    with pytest.raises(SystemExit, match="2"):
        prepare()
    told = capsys.readouterr().err
    assert told.startswith("Error prefect.yaml:") and sentence in told, told


def test_a_schedules_unknown_key_and_our_refusals_end_prefects_command(pool, file, folder) -> None:
    for key in ("concurency_limit: 1", "schedules: [{cron: '@daily', timezon: UTC}]"):
        text = file("but_west").read_text()
        Path("prefect.yaml").write_text(text.replace("  description:", f"  {key}\n  description:", 1))
        done = prefect("deploy", "--all", cwd=folder.path)
        assert done.returncode != 0
        assert key.split(":")[0] in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_of_a_pool_that_is_not_there_prefect_tells(file, folder, irmflow) -> None:
    text = file("by_site").read_text()
    Path("prefect.yaml").write_text(text.replace("name: irmflow\n", "name: nowhere\n"))
    done = prefect("deploy", "--all", cwd=folder.path)
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode != 0 and "'nowhere' which does not exist" in said, said
    with get_client(sync_client=True) as client, pytest.raises(ObjectNotFound):
        client.read_work_pool("nowhere")
