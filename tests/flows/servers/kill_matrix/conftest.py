"""A deployed retraining whose processes are found and killed, and what has to be true in the end."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

STEPS = "steps=6000"  # some seconds for each of the four stacks
CANDIDATES = 2  # of each stack


@dataclass(frozen=True)
class Scene:
    """One deployment in a folder of its own."""

    name: str
    deployment: str
    folder: Path
    production: Any
    command: Callable[..., Any]
    until: Callable[..., Any]
    processes_with: Callable[[str], list[int]]

    def start(self, stacks: int) -> str:
        """The id of a new run, once so many stacks are trained."""
        run = self.production.ask_prefect(f"/deployments/{self.deployment}/create_flow_run")["id"]
        self.until(lambda: len(self.finished()) >= CANDIDATES * stacks or self.final(run))
        return run

    def finished(self) -> dict[str, tuple[int, int]]:
        """The candidates whose trials are kept; each with what changes if it is written again."""
        found = {}
        for file in (self.folder / ".irmflow" / "results").glob("trials-*"):
            if ".unfinished" not in file.name:
                json.loads(file.read_text())  # fails where half a file bears the name
                found[file.name] = (file.stat().st_ino, file.stat().st_mtime_ns)
        return found

    def runs(self) -> dict[str, str]:
        """The state of every run of the deployment, a schedule's future ones aside."""
        mine = {"deployments": {"id": {"any_": [self.deployment]}}}
        found = self.production.ask_prefect("/flow_runs/filter", **mine)
        return {run["id"]: run["state_type"] for run in found if not run["auto_scheduled"]}

    def final(self, run: str) -> str | None:
        """The state in which it ended, if it has."""
        state = self.runs()[run]
        return state if state in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    def end(self, run: str, patience: float = 200) -> str:
        """The state in which it ends."""
        return self.until(lambda: self.final(run), patience)

    def flow_process(self, run: str) -> int:
        """The process that runs the flow: the oldest with the run in its environment."""
        return min(
            self.processes_with(f"PREFECT__FLOW_RUN_ID={run}"),
            key=lambda one: Path(f"/proc/{one}").stat().st_ctime_ns,
        )

    def stack_processes(self, run: str) -> list[int]:
        """The processes that train the run's stacks; once each is trained, they wait for the next."""
        ours = self.processes_with(f"PREFECT__FLOW_RUN_ID={run}")
        return [
            one for one in ours if b"irm_core.evaluation.callee" in Path(f"/proc/{one}/cmdline").read_bytes()
        ]

    def tasks(self) -> set[str]:
        """The states of the tasks of all its runs."""
        mine = {"flow_runs": {"id": {"any_": list(self.runs())}}, "limit": 200}
        return {one["state_type"] for one in self.production.ask_prefect("/task_runs/filter", **mine)}

    def logged(self, run: str) -> list[str]:
        """What the run and its tasks have told Prefect."""
        mine = {"flow_run_id": {"any_": [run]}}
        return [one["message"] for one in self.production.ask_prefect("/logs/filter", logs=mine, limit=200)]

    def tracked(self) -> list[str]:
        """The status of every run that MLflow has of this data set."""
        found = self.production.ask_mlflow("GET", "/experiments/get-by-name", experiment_name=self.name)
        ids = [found["experiment"]["experiment_id"]]
        runs = self.production.ask_mlflow("POST", "/runs/search", experiment_ids=ids, max_results=1000)
        return [run["info"]["status"] for run in runs["runs"]]

    def registered(self) -> int:
        """How many versions the registered model has."""
        found = self.production.ask_mlflow("GET", "/model-versions/search", filter=f"name = '{self.name}'")
        return len(found.get("model_versions", []))


@pytest.fixture
def scene(production, worker, folder, command, until, processes_with) -> Scene:
    """The clinics, under a name that no other test has, deployed."""
    name = f"clinics_{uuid4().hex[:8]}"
    folder.contract.write_text(folder.contract.read_text().replace(": clinics\n", f": {name}\n"))
    said = command("deploy", folder.contract.name, "--cron", "0 3 1 1 *", "--set", STEPS)
    assert said.returncode == 0, said.stderr
    found = production.ask_prefect("/deployments/filter")
    (made,) = [one["id"] for one in found if one["name"] == f"{name}-by_site"]
    return Scene(f"{name}-by_site", made, folder.path, production, command, until, processes_with)


@pytest.fixture
def killed(scene: Scene) -> Callable[[int], None]:
    """SIGKILL."""
    return lambda process: os.kill(process, signal.SIGKILL)


@pytest.fixture
def in_order(scene: Scene) -> Callable[[str, dict[str, tuple[int, int]]], None]:
    """What has to be true after `irmflow doctor` and, where the run did not complete, another run."""

    def check(run: str, finished: dict[str, tuple[int, int]]) -> None:
        said = scene.command("doctor")
        assert said.returncode == 0, said.stderr
        assert scene.final(run)
        if scene.final(run) != "COMPLETED":
            assert scene.end(scene.start(4)) == "COMPLETED"
        assert finished and finished.items() <= scene.finished().items()
        assert len(scene.finished()) == 4 * CANDIDATES
        assert len(list((scene.folder / ".irmflow" / "data").rglob("manifest.json"))) == 1
        assert scene.registered() == 1
        assert "RUNNING" not in {*scene.runs().values(), *scene.tasks(), *scene.tracked()}

    return check
