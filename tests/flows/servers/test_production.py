"""docs/production.md, run: a schedule fires, a champion is registered, and no password is anywhere."""

import base64
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

RUN = ("run", "clinics.odcs.yaml")
PREDICT = ("predict", "models:/clinics-by_site@champion", "clinics.csv", "-o", "predicted.csv")
NOBODY = {"MLFLOW_TRACKING_USERNAME": None, "MLFLOW_TRACKING_PASSWORD": None}


@pytest.fixture
def fired(production, worker, command, folder, until) -> dict:
    """The flow run that a schedule, some seconds ahead, has started, at its end."""
    soon = datetime.now(UTC) + timedelta(seconds=75)
    said = command("deploy", folder.contract.name, "--cron", f"{soon.minute} {soon.hour} * * *")
    assert said.returncode == 0, said.stderr
    (made,) = production.ask_prefect("/deployments/filter")
    mine = {"deployments": {"id": {"any_": [made["id"]]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 1}

    def ended() -> dict | None:
        runs = production.ask_prefect("/flow_runs/filter", **mine)
        return next((run for run in runs if run["end_time"]), None)

    return until(ended)


def test_a_schedule_fires_a_champion_is_registered_and_no_password_is_kept(
    production, fired, folder, postgres
) -> None:
    assert fired["state_type"] == "COMPLETED", fired["state"]
    assert fired["auto_scheduled"] and fired["work_pool_name"] == "irmflow"
    assert aliases(production) == ["challenger", "champion"]
    artifacts = production.files.home / "mlflow" / "artifacts"
    assert list(artifacts.rglob("*.safetensors"))
    assert kept_secrets(production, folder, postgres) == []


def aliases(production) -> list[str]:
    """Of the only registered model."""
    (model,) = production.ask_mlflow("GET", "/registered-models/search")["registered_models"]
    return sorted(one["alias"] for one in model["aliases"])


def kept_secrets(production, folder, postgres) -> list[str]:
    """Where a password is, also as a header has it: logs, data, results, artifacts, the databases' rows."""
    words = {word.encode() for word in production.files.secrets}
    words |= {base64.b64encode(b"irmflow:" + word) for word in words}
    places = {
        str(path): path.read_bytes()
        for home in (production.files.home, folder.path)
        for path in home.rglob("*")
        if path.is_file()
    }
    places |= {name: dumped(postgres, name) for name in ("prefect", "mlflow", "mlflow_auth")}
    assert b"clinics-by_site" in places["prefect"] and b"clinics-by_site" in places["mlflow"]
    return [place for place, said in places.items() if any(word in said for word in words)]


def dumped(postgres, database: str) -> bytes:
    """All rows of a database as text."""
    program = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))[-1]
    return subprocess.run([program, postgres.url(database)], check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("who", "changes", "arguments"),
    [
        ("MLflow", {"MLFLOW_TRACKING_PASSWORD": "wrong"}, PREDICT),
        ("MLflow", NOBODY, RUN),
        ("Prefect", {"PREFECT_API_AUTH_STRING": "irmflow:wrong"}, RUN),
        ("Prefect", {"PREFECT_API_AUTH_STRING": None}, ("doctor",)),
    ],
)
def test_wrong_or_missing_credentials_are_a_sentence(production, command, who, changes, arguments) -> None:
    said = command(*arguments, **changes)
    assert said.returncode == 2
    assert f"{who} at http" in said.stderr and "refuses" in said.stderr
    assert "Traceback" not in said.stderr + said.stdout
    assert not any(word in said.stderr + said.stdout for word in production.files.secrets)
