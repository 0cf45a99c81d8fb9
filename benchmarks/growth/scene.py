"""Prefect's and MLflow's own servers, a worker, and a deployed retraining of a small contract."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

from benchmarks.growth.sizes import disk, memory
from benchmarks.servers import servers

ROWS = 200  # of each raw file
PLAN = """\
{objectives: [erm, irm], penalty_weights: [10], seeds: [0], hidden: [4], steps: 20, warmup_steps: 5,
record_every: 5}
"""
DAY = 20  # seconds: what stands for the day between two retrainings
SPED_UP = {
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"PT{7 * DAY}S",  # Prefect keeps events for seven days
    "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "30",
    "PREFECT_WORKER_QUERY_SECONDS": "1",
}
PATIENCE = 600  # seconds for one retraining


@dataclass(frozen=True)
class Scene:
    """processes: by name. deployment: its id."""

    folder: Path
    environment: dict[str, str]
    processes: dict[str, "subprocess.Popen[bytes]"]
    deployment: UUID

    def retrain(self, number: int) -> None:
        """Another raw file, and a run by the worker, to its end."""
        write_raw(self.folder, number)
        with prefect(self.environment) as client:
            once = {"max_parallel": 1}
            run = client.create_flow_run_from_deployment(self.deployment, parameters=once).id
            give_up = time.monotonic() + PATIENCE
            while not (state := client.read_flow_run(run).state) or not state.is_final():
                if time.monotonic() > give_up:
                    raise TimeoutError(f"Retraining {number} is {state} after {PATIENCE} s.")
                time.sleep(0.2)
        if not state.is_completed():
            raise RuntimeError(f"Retraining {number} is {state}: {self.folder / 'worker.log'}")

    def command(self, *arguments: str) -> str:
        """What `irmflow` says."""
        return irmflow(self.folder, self.environment, *arguments)

    def sizes(self) -> dict[str, float]:
        """Megabytes of memory and of disk."""
        home = self.folder / ".irmflow"
        known = {
            "versions of data": home / "data",
            "trials": home / "results",
            "MLflow's artifacts": self.folder / "mlartifacts",
            "temporary files": self.folder / "tmp",
        }
        found = {
            f"memory: {name}": memory(one.pid, "worker" not in name) for name, one in self.processes.items()
        }
        found |= {f"disk: {name}": disk(folder) for name, folder in known.items()}
        found["disk: MLflow's database"] = sum(map(disk, home.glob("mlflow.db*")))
        found["disk: Prefect's database"] = sum(map(disk, (home / "prefect").glob("prefect.db*")))
        found["disk: all of .irmflow and mlartifacts"] = disk(home) + disk(self.folder / "mlartifacts")
        return found


def irmflow(folder: Path, environment: dict[str, str], *arguments: str) -> str:
    """What the command says."""
    command = [sys.executable, "-m", "flows", *arguments]
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def write_raw(folder: Path, number: int) -> None:
    """Patients of four sites: the dose helps in two of them, age harms in all."""
    random = np.random.default_rng(number)
    site = np.resize(["north", "south", "east", "west"], ROWS)
    age, dose = random.normal(size=(2, ROWS)).round(3)
    slope = np.select([site == "north", site == "south"], [2.0, 1.0], default=-1.0)
    recovery = (-age + slope * dose + random.normal(size=ROWS)).round(3)
    rows = pl.DataFrame({"site": site, "age": age, "dose": dose, "recovery": recovery})
    (folder / "raw").mkdir(exist_ok=True)
    rows.write_csv(folder / "raw" / f"{number:03}.csv")


@contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    """All of it, ended with the block."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    with servers(folder, **SPED_UP, TMPDIR=str(temporary)) as up:
        deployment = deploy(folder, up.environment)
        with worker(folder, up.environment) as third:
            processes = {"Prefect's server": up.prefect, "MLflow's server": up.mlflow, "worker": third}
            yield Scene(folder, up.environment, processes, deployment)


def deploy(folder: Path, environment: dict[str, str]) -> UUID:
    """A contract as `irmflow init` writes it, deployed; the deployment's id."""
    write_raw(folder, 0)
    (folder / "small.plan.yaml").write_text(PLAN)
    columns = ("--environment", "site", "--target", "recovery")
    irmflow(folder, environment, "init", "raw/*.csv", *columns, "-o", "small.odcs.yaml")
    irmflow(folder, environment, "deploy", "small.odcs.yaml", "--cron", "0 3 1 1 *")
    with prefect(environment) as client:
        (made,) = client.read_deployments()
    return made.id


@contextmanager
def prefect(environment: dict[str, str]) -> Iterator[SyncPrefectClient]:
    """Prefect's client, which asks again where the server's database is locked."""
    address = {PREFECT_API_URL: environment["PREFECT_API_URL"]}
    with temporary_settings(address), get_client(sync_client=True) as client:
        yield client


@contextmanager
def worker(folder: Path, environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of the pool."""
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "irmflow"]
    with (folder / "worker.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)
