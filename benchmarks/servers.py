"""Prefect's and MLflow's own servers over an empty workspace, for what is measured with them."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from flows import workspace
from flows.servers import HOST, mlflow_command, prefect_command, server, wait_until_up


@dataclass(frozen=True)
class Servers:
    """environment: of a process that uses them."""

    environment: dict[str, str]
    prefect: "Popen[bytes]"
    mlflow: "Popen[bytes]"


@contextmanager
def servers(folder: Path, **settings: str) -> Iterator[Servers]:
    """Both, up, in this working folder, with these settings beside the workspace's; ended with the block."""
    ports = free_port(), free_port()
    prefect, mlflow = (f"http://{HOST}:{port}" for port in ports)
    with (
        inside(folder, settings),
        server(prefect_command(ports[0])) as one,
        server(mlflow_command(ports[1])) as other,
    ):
        ours = dict(os.environ) | {"PREFECT_API_URL": f"{prefect}/api", "MLFLOW_TRACKING_URI": mlflow}
        wait_until_up(one, f"{prefect}/api/health")
        wait_until_up(other, f"{mlflow}/health")
        yield Servers(ours, one, other)


@contextmanager
def inside(folder: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """In the block the working folder is this one, with the environment variables of a workspace there."""
    before, variables = Path.cwd(), dict(os.environ)
    os.chdir(folder)
    os.environ |= dict(settings) | {"PREFECT_LOGGING_SERVER_LEVEL": "ERROR"}
    workspace.enter()
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ |= variables


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])
