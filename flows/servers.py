"""MLflow's and Prefect's own servers over the working folder's `.irmflow`."""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Thread
from urllib.error import URLError
from urllib.request import urlopen

from flows import console
from irm_core.errors import IrmflowError

HOST = "127.0.0.1"
PATIENCE = 180  # seconds; a first start migrates the database


class Server(subprocess.Popen[bytes]):
    """A server, and the last lines that it has said: somebody has to read them, or it would wait for that."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.last: deque[bytes] = deque(maxlen=3)
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        if self.stderr:
            with self.stderr:
                self.last.extend(self.stderr)


def mlflow_command(port: int) -> list[str]:
    """MLflow's server over the tracking store in force."""
    store = os.environ["MLFLOW_TRACKING_URI"]
    options = ["--backend-store-uri", store, "--host", HOST, "--port", str(port), "--workers", "1"]
    return [sys.executable, "-m", "mlflow", "server", *options]


def prefect_command(port: int) -> list[str]:
    """Prefect's server over the home in force."""
    return [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]


def serve(mlflow_port: int, prefect_port: int) -> None:
    """Start both, say where they are, and stop them at Ctrl-C. Raises IrmflowError if one ends by itself."""
    # Else the page asks whatever runs on Prefect's usual port.
    os.environ["PREFECT_UI_API_URL"] = f"http://{HOST}:{prefect_port}/api"
    commands = {
        f"http://{HOST}:{mlflow_port}": mlflow_command(mlflow_port),
        f"http://{HOST}:{prefect_port}": prefect_command(prefect_port),
    }
    with ExitStack() as stack:
        servers = [stack.enter_context(server(command)) for command in commands.values()]
        with console.err.status("Starting MLflow and Prefect …"):
            for running, address in zip(servers, commands, strict=True):
                wait_until_up(
                    running, f"{address}/health" if running is servers[0] else f"{address}/api/health"
                )
        mlflow_address, prefect_address = commands
        console.out.print(
            f"MLflow    {mlflow_address}/#/experiments?workflowType=machine_learning", soft_wrap=True
        )
        console.out.print(f"Prefect   {prefect_address}/runs\nCtrl-C stops both.")
        watch(servers)


@contextmanager
def server(command: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A running server, ended with the block."""
    process = Server(command)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_up(process: "subprocess.Popen[bytes]", address: str) -> None:
    """Return once the server answers at `address`."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise IrmflowError(f"{ended(process)} Is the port of {address} taken? Choose another.")
        if answers(address):
            return
        time.sleep(0.2)
    raise IrmflowError(f"Nothing answers at {address} after {PATIENCE} s.")


def answers(address: str) -> bool:
    """True if the server there is well."""
    try:
        with urlopen(address, timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def watch(servers: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Wait for Ctrl-C."""
    try:
        while all(process.poll() is None for process in servers):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return
    raise IrmflowError(next(ended(process) for process in servers if process.poll() is not None))


def ended(process: "subprocess.Popen[bytes]") -> str:
    """What a server that has ended said last."""
    said: list[bytes] = []
    if isinstance(process, Server):
        process.reader.join(5)  # others that it has started may hold the pipe
        said = list(process.last)
    return f"A server ended with status {process.returncode}: {b' '.join(said).decode()}"
