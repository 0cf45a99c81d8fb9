"""The servers of docs/production.md on this machine: files of deployments/, ports and passwords changed."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.servers import wait_until_up

DEPLOYMENTS = Path(__file__).parents[3] / "deployments"
OURS = ("PATH", "HOME", "PYTHONPATH", "LANG")
# Twenty minutes of kills and outages: only where they are asked for.
collect_ignore_glob = [] if "IRMFLOW_KILLS" in os.environ else ["kill_matrix/*"]
QUICK = {"PREFECT_WORKER_QUERY_SECONDS": "1"}


@dataclass(frozen=True)
class Files:
    """The files of deployments/ as they are for this machine."""

    home: Path
    changed: dict[str, str]

    def text(self, name: str) -> str:
        """What a file says, changed."""
        said = (DEPLOYMENTS / name).read_text()
        for old, new in self.changed.items():
            said = said.replace(old, new)
        return said

    def environment(self, name: str) -> dict[str, str]:
        """What systemd would make of an EnvironmentFile, and nothing of Prefect's or MLflow's from here."""
        lines = [line for line in self.text(f"{name}.env").splitlines() if not line.startswith("#")]
        ours = {one: os.environ[one] for one in OURS if one in os.environ}
        return ours | dict(line.split("=", 1) for line in lines)

    def unit(self, name: str) -> tuple[list[str], Path]:
        """Command and working folder of a unit."""
        parser = ConfigParser(interpolation=None)
        parser.optionxform = str
        parser.read_string(self.text(f"systemd/irmflow-{name}.service"))
        service = parser["Service"]
        return shlex.split(service["ExecStart"]), Path(service["WorkingDirectory"])

    @property
    def secrets(self) -> set[str]:
        return {new for old, new in self.changed.items() if old.startswith("CHANGE-ME")}


@dataclass
class Service:
    """A service as its unit and its environment file say, which can be killed and started again."""

    name: str
    files: Files
    health: str | None = None
    more: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return self.files.changed[f"http://127.0.0.1:{'4200' if self.name == 'prefect' else '5000'}"]

    def start(self) -> None:
        command, folder = self.files.unit(self.name)
        folder.mkdir(parents=True, exist_ok=True)
        environment = self.files.environment(self.name) | self.more
        with (self.files.home / f"{self.name}.log").open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        if self.health:
            wait_until_up(self.process, self.address + self.health)

    def kill(self) -> None:
        """SIGKILL to the service and to the servers that it has started, not to a worker's runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill() if self.name == "worker" else os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass(frozen=True)
class Production:
    """What runs, and what is asked of it over HTTP, with the users of the files."""

    files: Files
    prefect: Service
    mlflow: Service
    worker: Service

    def ask_prefect(self, path: str, **body: Any) -> Any:
        """The answer to a POST."""
        user, password = self.files.environment("worker")["PREFECT_API_AUTH_STRING"].split(":")
        answer = httpx.post(f"{self.prefect.address}/api{path}", json=body, auth=(user, password), timeout=30)
        return answer.raise_for_status().json()

    def ask_mlflow(self, method: str, path: str, **body: Any) -> Any:
        """The answer to a retraining's user."""
        said = self.files.environment("worker")
        user = (said["MLFLOW_TRACKING_USERNAME"], said["MLFLOW_TRACKING_PASSWORD"])
        return self._mlflow(method, path, user, body)

    def make_user(self) -> None:
        """What the page has the administrator do: a user for retrainings."""
        said = self.files.environment("worker")
        body = {
            "username": said["MLFLOW_TRACKING_USERNAME"],
            "password": said["MLFLOW_TRACKING_PASSWORD"],
        }
        administrator = ("admin", self.files.environment("mlflow")["MLFLOW_AUTH_ADMIN_PASSWORD"])
        self._mlflow("POST", "/users/create", administrator, body)

    def _mlflow(self, method: str, path: str, user: tuple[str, str], body: dict[str, Any]) -> Any:
        sent = {"params": body} if method == "GET" else {"json": body}
        address = f"{self.mlflow.address}/api/2.0/mlflow{path}"
        return httpx.request(method, address, auth=user, timeout=30, **sent).raise_for_status().json()


@pytest.fixture(scope="session")
def files(postgres, free_port, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Ports that are free, folders of this session, passwords that are easily found."""
    home = tmp_path_factory.mktemp("production")
    changed = {
        "http://127.0.0.1:4200": f"http://127.0.0.1:{(prefect := free_port())}",
        "http://127.0.0.1:5000": f"http://127.0.0.1:{(mlflow := free_port())}",
        "--port 4200": f"--port {prefect}",
        "--port 5000": f"--port {mlflow}",
        "127.0.0.1:5432": f"{postgres.host}:{postgres.port}",
        "/opt/irmflow/.venv/bin": str(Path(sys.executable).parent),
        "/var/lib/irmflow": str(home),
        "/etc/irmflow": str(home),
    }
    text = "".join(file.read_text() for file in sorted(DEPLOYMENTS.glob("*.*")))
    names = sorted(set(re.findall("CHANGE-ME[-A-Z]*", text)), key=len, reverse=True)
    return Files(home, changed | {name: f"never-seen-{number}-4711" for number, name in enumerate(names)})


@pytest.fixture(scope="session")
def production(files: Files, postgres) -> Iterator[Production]:
    """Databases, both servers, and MLflow's user; no worker yet."""
    statements = re.sub("--.*", "", files.text("databases.sql")).split(";")
    postgres.execute("postgres", *(one for one in statements if one.strip()))
    (files.home / "mlflow-auth.ini").write_text(files.text("mlflow-auth.ini"))
    made = Production(
        files,
        Service("prefect", files, "/api/health"),
        Service("mlflow", files, "/health"),
        Service("worker", files, more=QUICK),
    )
    try:
        made.prefect.start()
        made.mlflow.start()
        made.make_user()
        yield made
    finally:
        for service in (made.worker, made.mlflow, made.prefect):
            service.kill()


@pytest.fixture
def worker(production: Production) -> Service:
    """A worker that is alive."""
    if production.worker.process is None or production.worker.process.poll() is not None:
        production.worker.start()
    return production.worker


@pytest.fixture
def command(production: Production, folder) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """`irmflow` in a process of its own, in the working folder, with the worker's environment."""

    def irmflow(*arguments: str, **changes: str | None) -> "subprocess.CompletedProcess[str]":
        environment = production.files.environment("worker") | changes
        return subprocess.run(
            [sys.executable, "-m", "flows", *arguments],
            cwd=folder.path,
            env={name: value for name, value in environment.items() if value is not None},
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )

    return irmflow
