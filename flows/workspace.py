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
RESULTS = HOME / "results"
RUNNING = HOME / "running"
SPOOL = HOME / "spool"
TRACKING = "MLFLOW_TRACKING_URI"
ADDRESSES = (TRACKING, "MLFLOW_REGISTRY_URI", "PREFECT_API_URL")
# Of PostgreSQL a user without a password may be shown; of HTTP it may be a token.
SECRET = re.compile(r"//[^/@\s]*:[^/@\s]+@|https?://[^/@\s]+@")

_ours: dict[str, str] = {}
"""What this process has in its environment from here, and not from the user."""


def defaults(home: Path) -> dict[str, str]:
    """Environment variables under which Prefect, MLflow and torch work offline and stay inside `home`."""
    return {
        "PREFECT_HOME": str(home / "prefect"),
        # A first start migrates a new database: 20 s, the default, is too short on a small or busy machine.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # Waits of 2, 4, 8 … 256 s: a run outlasts a Prefect server that is away for minutes.
        "PREFECT_CLIENT_MAX_RETRIES": "8",
        # Seconds between the signs of life of a run, for whose silence `zombies` has the server look.
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
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
        TRACKING: tracked_in(home),
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
    """A command's: apply the defaults where the user has set nothing, before Prefect is imported."""
    if debug:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "INFO")
    apply(defaults(here()) | log_lines())


def settle() -> None:
    """A flow's, however it was started: the same, but for what Prefect has read before the flow began."""
    apply({name: value for name, value in defaults(here()).items() if not name.startswith("PREFECT_")})


def here() -> Path:
    """The working folder's `.irmflow`, made where there is none."""
    HOME.mkdir(exist_ok=True)
    return HOME.absolute()


def apply(settings: dict[str, str]) -> None:
    """Set what the user has not: anew, too, where this process was in another working folder before."""
    refuse_passwords()
    for name, value in settings.items():
        if os.environ.get(name) in (None, _ours.get(name)):
            os.environ[name] = _ours[name] = value


def log_lines() -> dict[str, str]:
    """The settings under which logs are JSON, if they are to be."""
    return {JSON: os.environ[JSON]} | JSON_LINES if JSON in os.environ else {}


def refuse_passwords() -> None:
    """Raise UsageError where the address of a server holds a password or a token: it is shown and kept."""
    for name in ADDRESSES:
        if SECRET.search(os.environ.get(name, "")):
            raise UsageError(
                f"{name} holds a password or a token, and addresses are kept with the runs. Leave it out, "
                "and set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, "
                "for MLflow, PREFECT_API_KEY or PREFECT_API_AUTH_STRING for Prefect, PGPASSWORD or ~/.pgpass "
                "for PostgreSQL."
            )


def job_environment() -> dict[str, str]:
    """The settings in force here, for a process that a worker starts."""
    names = [name for name in defaults(HOME) | log_lines() if not name.startswith("PREFECT_HOME")]
    return {name: os.environ[name] for name in names if name in os.environ}


def tracked_in(home: Path) -> str:
    """The address of the store in which MLflow tracks, where the user names none."""
    return f"sqlite:///{home / 'mlflow.db'}"


def tracking_address() -> str:
    """Where MLflow tracks: as the user says, else in the working folder."""
    return os.environ.get(TRACKING) or tracked_in(HOME.absolute())


def artifact_location(experiment: str) -> str | None:
    """Where a new experiment keeps its artifacts: inside the workspace, or where the tracking server says."""
    if tracking_address().startswith("sqlite:"):
        return (HOME.absolute() / "artifacts" / experiment).as_uri()
    return None
