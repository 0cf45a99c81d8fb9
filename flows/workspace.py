"""The working folder's `.irmflow`: the one place where irmflow writes, and the settings that keep it so."""

import os
import re
from pathlib import Path

from flows.log_fields import JSON, JSON_LINES
from irm_core.errors import UsageError

HOME = Path(".irmflow")
CHECKPOINTS = HOME / "checkpoints"
DATA = HOME / "data"
DEMO = HOME / "demo"
RUNNING = HOME / "running"
SPOOL = HOME / "spool"
ADDRESSES = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "PREFECT_API_URL")


def defaults(home: Path) -> dict[str, str]:
    """Environment variables under which Prefect, MLflow and torch work offline and stay inside `home`."""
    return {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(home / "results"),
        # A first start migrates a new database: 20 s, the default, is too short on a small or busy machine.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # Waits of 2, 4, 8 … 256 s: a run outlasts a Prefect server that is away for minutes.
        "PREFECT_CLIENT_MAX_RETRIES": "8",
        "DO_NOT_TRACK": "1",
        # In memory, the default, slots of a killed run are taken for ever once the server starts anew.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        # The folder of temporary files is often memory itself.
        "IRMFLOW_SCRATCH": str(home),
        # The command line says what failed in a sentence; Prefect's own lines come with --debug.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        # Torch's threads spin while they wait: on two busy cores a training takes four times as long.
        "OMP_WAIT_POLICY": "passive",
        "MLFLOW_TRACKING_URI": f"sqlite:///{home / 'mlflow.db'}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        # Else two lines for every candidate; the address of all of them is in the report.
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
        # The default, 7 retries, blocks a training for four minutes per call when the server is away.
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_ENABLE_REMOTE_ASSISTANT": "false",
    }


def enter(debug: bool = False) -> None:
    """Apply the defaults where the user has set nothing. Call before Prefect or MLflow is imported."""
    refuse_passwords()
    home = HOME.absolute()
    home.mkdir(exist_ok=True)
    if debug:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "INFO")
    for name, value in (defaults(home) | log_lines()).items():
        os.environ.setdefault(name, value)


def log_lines() -> dict[str, str]:
    """The settings under which logs are JSON, if they are to be."""
    return {JSON: os.environ[JSON]} | JSON_LINES if JSON in os.environ else {}


def refuse_passwords() -> None:
    """Raise UsageError where the address of a server holds a password: addresses are shown and kept."""
    for name in ADDRESSES:
        if re.search(r"//[^/@\s]*:[^/@\s]+@", os.environ.get(name, "")):
            raise UsageError(
                f"{name} holds a password, and addresses are kept with the runs. Leave it out, and set "
                "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD for MLflow, PREFECT_API_AUTH_STRING "
                "for Prefect, PGPASSWORD or ~/.pgpass for PostgreSQL."
            )


def job_environment() -> dict[str, str]:
    """The settings in force here, for a process that a worker starts."""
    names = [name for name in defaults(HOME) | log_lines() if not name.startswith("PREFECT_HOME")]
    return {name: os.environ[name] for name in names if name in os.environ}


def artifact_location(experiment: str) -> str | None:
    """Where a new experiment keeps its artifacts: inside the workspace, or where the tracking server says."""
    if os.environ["MLFLOW_TRACKING_URI"].startswith("sqlite:"):
        return (HOME.absolute() / "artifacts" / experiment).as_uri()
    return None
