"""`irmflow run` and MLflow's own server, killed: every run comes to it once, nothing is trained twice."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient

from flows import workspace
from flows.servers import HOST, mlflow_command, wait_until_up
from flows.tasks import log, train
from flows.tracking import spool

pytestmark = pytest.mark.slow

CANDIDATES = 8


class Server:
    """MLflow's own server, which can be killed, and started again over the same database."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.address = f"http://{HOST}:{port}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{home / 'mlflow.db'}")
            self.command = mlflow_command(port)
        self.start()

    def start(self) -> None:
        with (self.home / "said").open("w") as said:
            self.process = subprocess.Popen(
                self.command, cwd=self.home, stdout=said, stderr=said, start_new_session=True
            )
        wait_until_up(self.process, f"{self.address}/health")

    def kill(self) -> None:
        """SIGKILL to the command and to the server that it has started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("mlflow")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in workspace.defaults(home).items():
            patch.setenv(name, value)
        one = Server(home, free_port())
    yield one
    if one.process.poll() is None:
        one.kill()


@pytest.fixture
def server(shared: Server, folder, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server that is up, tracks this folder's runs, and is given up after one retry."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", shared.address)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    if shared.process.poll() is not None:
        shared.start()
    return shared


@pytest.fixture
def killed_in_training(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server is killed as soon as the first candidate's run is logged."""
    log_trial, logged = log.log_trial, []

    def log_and_kill(trial, retraining):
        log_trial(trial, retraining)
        if not logged:
            server.kill()
        logged.append(trial)

    monkeypatch.setattr(log, "log_trial", log_and_kill)
    return server


def tracked(retraining: str) -> list[tuple[str, str]]:
    """Kind and status of every run of a retraining."""
    client = MlflowClient()
    experiments = [one.experiment_id for one in client.search_experiments()]
    runs = client.search_runs(experiments, f"tags.retraining = '{retraining}'")
    assert len({run.info.run_name for run in runs}) == len(runs)
    return sorted((run.data.tags["kind"], run.info.status) for run in runs)


ANOTHER = ("--set", "standard_errors=1")
"""A change of the plan, without which the server would know the retraining of the test before."""
COMPLETE = Counter(
    {("candidate", "FINISHED"): CANDIDATES, ("refit", "FINISHED"): 1, ("summary", "FINISHED"): 1}
)


def test_a_server_killed_in_training_and_back_before_registration_has_every_run_once(
    folder, irmflow, killed_in_training, monkeypatch
) -> None:
    import flows.retrain

    select, waited = flows.retrain.select, []

    def start_and_select(*arguments):
        waited.extend(spool.waiting())
        killed_in_training.start()
        return select(*arguments)

    monkeypatch.setattr(flows.retrain, "select", start_and_select)
    said = irmflow("run", folder.contract.name, "--report", "report.json")
    assert said.status == 0, said.err
    assert said.err.count("MLflow is away") == 1
    assert len(waited) == CANDIDATES - 1
    assert Counter(tracked(said.report["retraining"])) == COMPLETE
    assert spool.waiting() == []


def test_a_server_that_stays_away_costs_the_registration_and_no_run(
    folder, irmflow, killed_in_training, monkeypatch
) -> None:
    said = irmflow("run", folder.contract.name, *ANOTHER)
    assert said.status == 1
    assert "not registered" in said.err and "irmflow sync" in said.err and "Traceback" not in said.err
    ending, *records = sorted(spool.waiting(), key=lambda file: "summary" not in file.name)
    assert len(records) == CANDIDATES - 1 + 1
    for command in ("sync", "doctor"):
        said = irmflow(command)
        assert said.status == 1 and "Connection refused" in said.err
    assert len(spool.waiting()) == len(records) + 1

    killed_in_training.start()
    assert irmflow("doctor").out == "9 record(s) sent to MLflow.\n"
    retraining = ending.stem.removesuffix("-summary")
    assert Counter(tracked(retraining)) == COMPLETE - Counter([("summary", "FINISHED")])
    assert irmflow("sync").out == "Nothing waits for MLflow.\n"

    monkeypatch.setattr(train, "persistently", None)
    again = irmflow("run", folder.contract.name, "--report", "report.json", *ANOTHER)
    assert again.status == 0, again.err
    assert Counter(tracked(again.report["retraining"])) == COMPLETE


def test_doctor_says_that_mlflow_is_away_and_mends_the_next_time(
    folder, irmflow, closed_port, monkeypatch
) -> None:
    retraining = "00000000-0000-0000-0000-000000000000"
    workspace.RUNNING.mkdir(parents=True)
    (workspace.RUNNING / f"{retraining}.lock").touch()
    tracked_here = os.environ["MLFLOW_TRACKING_URI"]
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://{HOST}:{closed_port}")
    said = irmflow("doctor")
    assert said.status == 1 and "MLflow is away" in said.err
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracked_here)
    client = MlflowClient()
    run = client.create_run("0", tags={"retraining": retraining})
    assert irmflow("doctor").status == 0
    assert client.get_run(run.info.run_id).info.status == "KILLED"


def test_where_mlflow_is_away_from_the_start_nothing_is_trained(
    folder, irmflow, closed_port, monkeypatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://{HOST}:{closed_port}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    monkeypatch.setattr(train, "persistently", None)
    said = irmflow("run", folder.contract.name)
    assert said.status == 1
    assert "MLflow is away" in said.err and "Nothing is trained without it" in said.err
    assert "Traceback" not in said.err
    assert spool.waiting() == []
