"""The spool by itself: no run is lost, none is logged twice, and nothing that MLflow refuses is kept."""

from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from flows import workspace
from flows.servers import HOST
from flows.tracking import record, spool
from flows.tracking.dataset import Used
from flows.tracking.record import Ending, RunRecord

pytestmark = pytest.mark.slow


class Local:
    """A new experiment in a local database, and records of runs for it."""

    def __init__(self, database: Path, experiment: str) -> None:
        self.database, self.store = database, f"sqlite:///{database}"
        self.client = MlflowClient(self.store)
        self.experiment = self.client.create_experiment(experiment)

    def record(self, **more: object) -> RunRecord:
        return RunRecord(
            store=self.store,
            experiment=self.experiment,
            retraining="r",
            key="r-1",
            name="erm seed 0 without Europe",
            at=1_700_000_000_000,
            tags={"kind": "candidate"},
            metrics=tuple(("risk/a", float(step), step) for step in range(1100)),
            parameters={"objective": "erm"},
            data=Used(name="clinics/by_site/1", folder="data", rows=400, sha256="0" * 64),
        ).model_copy(update=more)

    def begin(self, **tags: str) -> str:
        return str(self.client.create_run(self.experiment, tags=tags).info.run_id)

    def status(self, run_id: str) -> str:
        return str(self.client.get_run(run_id).info.status)

    @property
    def statuses(self) -> list[str]:
        return [run.info.status for run in self.client.search_runs([self.experiment])]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mlflow") / "mlflow.db"


@pytest.fixture
def local(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Local:
    """An experiment for this test, in a working folder that is the present one."""
    monkeypatch.chdir(tmp_path)
    return Local(database, request.node.name)


@pytest.fixture
def nowhere(closed_port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a server that is not there, and is not asked twice."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    return f"http://{HOST}:{closed_port}"


def test_a_record_comes_out_of_its_file_as_it_went_in(local) -> None:
    diverged = (("risk/a", float("inf"), 0), ("risk/b", -float("inf"), 0), ("worst", 0.1 + 0.2, 1))
    written = local.record(metrics=diverged)
    spool.keep(written)
    (file,) = spool.waiting()
    assert spool.ENTRY.validate_json(file.read_bytes()) == written


def test_not_a_number_comes_out_of_its_file_as_it_went_in(local) -> None:
    spool.keep(local.record(metrics=(("risk/a", float("nan"), 0),)))
    (file,) = spool.waiting()
    ((_, value, _),) = spool.ENTRY.validate_json(file.read_bytes()).metrics
    assert value != value  # noqa: PLR0124 - only NaN is not itself


def test_a_replayed_run_is_the_run_that_was_kept(local) -> None:
    kept = local.record()
    spool.keep(kept)
    assert spool.replay().sent == 1
    (run,) = local.client.search_runs([local.experiment])
    assert (run.info.run_name, run.info.status) == (kept.name, "FINISHED")
    assert run.info.start_time == run.info.end_time == kept.at
    assert run.data.params == kept.parameters
    history = local.client.get_metric_history(run.info.run_id, "risk/a")
    found = [(one.key, one.value, one.step) for one in sorted(history, key=lambda one: one.step)]
    assert tuple(found) == kept.metrics
    assert run.inputs.dataset_inputs[0].dataset.name == kept.data.name


def test_a_run_that_is_there_is_not_logged_twice(local) -> None:
    local.record().send()
    spool.keep(local.record())
    assert spool.replay().sent == 1
    assert local.statuses == ["FINISHED"]
    assert spool.waiting() == []


@pytest.mark.parametrize("status", ["RUNNING", "KILLED"])
def test_a_half_logged_run_is_replaced(local, status) -> None:
    half = local.begin(**{record.KEY: local.record().key})
    if status != "RUNNING":
        local.client.set_terminated(half, status)
    spool.keep(local.record())
    spool.replay()
    assert local.statuses == ["FINISHED"]


def test_doctor_leaves_no_run_running_that_mlflow_has_the_beginning_of(local, irmflow) -> None:
    local.begin(**{record.KEY: local.record().key})
    spool.keep(local.record())
    assert irmflow("doctor").out == "1 record(s) sent to MLflow.\n"
    assert local.statuses == ["FINISHED"]


def test_a_run_begun_twice_is_there_once(local, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", local.store)
    for retraining, kind in (("r", "candidate"), ("r", "summary"), ("other", "candidate")):
        local.begin(retraining=retraining, kind=kind)
    local.record(tags={"retraining": "r", "kind": "candidate"}).send()
    record.delete_half_logged(local.experiment, "r")
    assert sorted(local.statuses) == ["FINISHED", "RUNNING", "RUNNING"]


def test_a_death_between_sending_and_forgetting_leaves_no_duplicate(local, monkeypatch) -> None:
    spool.keep(local.record())
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            spool.replay()
    assert len(spool.waiting()) == 1
    spool.replay()
    assert local.statuses == ["FINISHED"]


def test_after_a_failed_try_records_are_kept_without_another_one(local, nowhere, monkeypatch, capsys) -> None:
    spool.deliver(local.record(store=nowhere))
    monkeypatch.setattr(RunRecord, "send", None)
    spool.deliver(local.record(store=nowhere, key="r-2"))
    assert [file.stem for file in spool.waiting()] == ["r-1", "r-2"]
    assert capsys.readouterr().err.count("MLflow is away") == 1


def test_after_the_pause_records_are_sent_again(local, nowhere, monkeypatch) -> None:
    spool.deliver(local.record(store=nowhere))
    monkeypatch.setattr(spool.time, "time", lambda now=spool.time.time: now() + 2 * spool.PAUSE)
    spool.deliver(local.record(key="r-2"))
    assert local.statuses == ["FINISHED"]
    assert [file.stem for file in spool.waiting()] == ["r-1"]


def test_what_mlflow_refuses_is_an_error_and_is_not_kept(local) -> None:
    with pytest.raises(MlflowException, match="risk/=a"):
        spool.deliver(local.record(metrics=(("risk/=a", 0.0, 0),)))
    assert local.statuses == ["FAILED"]
    assert spool.waiting() == []


def test_a_full_disk_under_a_local_database_costs_no_run(local, largest) -> None:
    with largest(local.database.stat().st_size // 2):
        spool.deliver(local.record())
    assert len(spool.waiting()) == 1
    assert spool.replay().sent == 1
    assert local.statuses == ["FINISHED"]


def test_one_bad_file_and_one_store_away_hold_up_nothing_else(local, nowhere, light, capsys) -> None:
    spool.keep(local.record(store=nowhere, key="a"))
    spool.keep(local.record())
    (workspace.SPOOL / "bad.json").write_text("{")
    spool.keep(local.record(experiment="404", key="r-404"))
    said = light("sync")
    assert said.status == 1
    assert "1 record(s) sent" in said.err and "3 wait still" in said.err
    assert "bad.json" in said.err and "r-404.json" in said.err and "Connection refused" in said.err
    assert local.statuses == ["FINISHED"]
    assert {file.stem for file in spool.waiting()} == {"a", "bad", "r-404"}


def test_two_replays_at_once_log_each_run_once(local, light) -> None:
    spool.keep(local.record())
    with spool._alone() as alone:
        assert alone
        said = light("sync")
    assert said.status == 1
    assert "Another process" in said.err
    assert local.statuses == []


@pytest.mark.parametrize("status", ["RUNNING", "FINISHED"])
def test_a_summary_whose_registration_failed_is_a_failed_run(local, status) -> None:
    mine = local.begin(retraining="r", kind="summary")
    local.client.update_run(mine, status)
    other = local.begin(retraining="other", kind="summary")
    spool.keep(Ending(store=local.store, experiment=local.experiment, retraining="r", key="r-summary"))
    spool.replay()
    assert (local.status(mine), local.status(other)) == ("FAILED", "RUNNING")


def test_what_must_last_is_logged_at_once_whatever_the_user_has_set(local, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_ASYNC_LOGGING", "true")
    with pytest.raises(MlflowException, match="risk/=a"):
        spool.deliver(local.record(metrics=(("risk/=a", 0.0, 0),)))
