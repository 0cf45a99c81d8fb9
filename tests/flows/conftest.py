"""A working folder with a small data set of four sites, and one Prefect server for the session."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from flows import workspace

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: clinics
name: clinics
version: 1.0.0
status: active
servers:
  - {server: local, type: local, path: clinics.csv, format: csv}
schema:
  - name: patients
    logicalType: object
    properties:
      - name: site
        logicalType: string
        required: true
        quality:
          - {metric: invalidValues, arguments: {validValues: [north, south, east, west]}, mustBe: 0}
        customProperties: [{property: role, value: environment}]
      - name: age
        logicalType: integer
        required: true
        logicalTypeOptions: {minimum: 0, maximum: 120}
        customProperties: [{property: role, value: feature}]
      - name: dose
        logicalType: number
        customProperties: [{property: role, value: feature}]
      - name: ward
        logicalType: string
        customProperties: [{property: role, value: feature}]
      - name: recovery
        logicalType: number
        required: true
        customProperties: [{property: role, value: label}]
    customProperties:
      - property: environments
        value:
          by_site: {kind: column, columns: [site], minRows: 20}
          but_west: {kind: column, columns: [site], holdOut: [west]}
customProperties:
  - {property: maxQuarantined, value: 5 %}
"""

PLAN = """\
{objectives: [erm, irm], penalty_weights: [10], seeds: [0], hidden: [4], steps: 20, warmup_steps: 5,
record_every: 5}
"""


def clinics(rows: int = 400) -> pl.DataFrame:
    """Patients of four sites: recovery falls with age everywhere, and rises with the dose at some sites."""
    generator = np.random.default_rng(0)
    site = np.resize(["north", "south", "east", "west"], rows)
    age = generator.integers(20, 90, rows)
    dose = generator.normal(size=rows).round(3)
    slope = np.select([site == "north", site == "south"], [2.0, 1.0], default=-1.0)
    recovery = (-0.1 * age + slope * dose + generator.normal(size=rows)).round(3)
    ward = np.resize(["a", "b", "c"], rows)
    return pl.DataFrame({"site": site, "age": age, "dose": dose, "ward": ward, "recovery": recovery})


@dataclass(frozen=True)
class Folder:
    """A working folder with a contract, a plan beside it, and a raw file."""

    path: Path
    contract: Path
    raw: Path


@dataclass(frozen=True)
class Said:
    """What a command left: its exit status, what it printed, and its report if it wrote one."""

    status: int
    out: str
    err: str
    report: dict[str, Any] | None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A new working folder, and the present one for the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / '.irmflow' / 'mlflow.db'}")
    folder = Folder(tmp_path, tmp_path / "clinics.odcs.yaml", tmp_path / "clinics.csv")
    folder.contract.write_text(CONTRACT)
    (tmp_path / "clinics.plan.yaml").write_text(PLAN)
    clinics().write_csv(folder.raw)
    return folder


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One Prefect server with an empty database."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in workspace.defaults(home).items():
            patch.setenv(name, value)
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=120):
            yield


@pytest.fixture
def light(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """The command, run in this process, for what needs no Prefect."""
    from flows.cli import main

    for name, value in workspace.defaults(Path(".irmflow").absolute()).items():
        if name not in os.environ:
            monkeypatch.setenv(name, value)

    def command(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["irmflow", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        report = Path("report.json")
        found = json.loads(report.read_text()) if report.is_file() else None
        return Said(int(ended.value.code or 0), said.out, said.err, found)

    return command


@pytest.fixture
def irmflow(prefect_server: None, light: Callable[..., Said]) -> Callable[..., Said]:
    """The command, run in this process against the session's Prefect server."""
    return light


@pytest.fixture
def published(folder) -> list[str]:
    """The ids of three versions of the clinics, each with ten rows less, the oldest first."""
    from irm_core.contracts.read import read
    from irm_core.data import store
    from irm_core.data.ingestion import ingest

    contract, ids = read(folder.contract), []
    rows = pl.read_csv(folder.raw)
    for number in range(3):
        rows.head(400 - 10 * number).write_csv(folder.raw)
        raw = ingest(contract)
        one = store.publish(raw, contract, "by_site", Path(".irmflow/data"))
        os.utime(one.path / "manifest.json", (number, number))
        ids.append(one.version.id)
    return ids


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The candidates that this process has trained."""
    from flows.tasks import train

    found: list[Any] = []
    persistently = train.persistently

    def counted(trained: Any, candidates: Any, tell: Any) -> Any:
        found.extend(candidates)
        return persistently(trained, candidates, tell)

    monkeypatch.setattr(train, "persistently", counted)
    return found


@pytest.fixture(scope="session")
def kept() -> Callable[[], list[Path]]:
    """The files of trials in the folder, one for each candidate."""
    results = Path(".irmflow/results")
    return lambda: [one for one in results.glob("trials-*") if ".unfinished" not in one.name]


@pytest.fixture(scope="session")
def processes_with() -> Callable[[str], list[int]]:
    """The processes that have NAME=VALUE in their environment, as what they start has."""

    def find(variable: str) -> list[int]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if variable.encode() in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except OSError:
                continue  # ended meanwhile, or of another user
        return found

    return find


@pytest.fixture
def left_in_mlflow(folder: Folder) -> Callable[[str], Callable[[], set[str]]]:
    """Leaves a retraining a run that nobody ends; what that gives tells the statuses of all its runs."""
    from mlflow import MlflowClient

    (folder.path / ".irmflow").mkdir()
    client = MlflowClient(os.environ["MLFLOW_TRACKING_URI"])
    client.search_experiments()  # now: the first time takes seconds, in which a retraining may end

    def leave(retraining: str) -> Callable[[], set[str]]:
        client.create_run(client.create_experiment("left"), tags={"retraining": retraining})

        def statuses() -> set[str]:
            every = [one.experiment_id for one in client.search_experiments()]
            found = client.search_runs(every, f"tags.retraining = '{retraining}'")
            return {run.info.status for run in found}

        return statuses

    return leave


@pytest.fixture(scope="session")
def end_worker() -> Callable[["subprocess.Popen[bytes]"], None]:
    """Ends a worker of Prefect's: asked to, it may wait for ever after a run that was cancelled."""

    def end(process: "subprocess.Popen[bytes]") -> None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    return end
