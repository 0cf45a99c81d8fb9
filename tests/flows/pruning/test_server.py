"""`irmflow prune` with MLflow's own server, whose database is out of reach, or is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType

from flows import workspace
from flows.servers import HOST, mlflow_command, server, wait_until_up

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the server's database."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture(scope="module")
def address(store: str, free_port, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over it, which keeps artifacts too."""
    home, port = tmp_path_factory.mktemp("server"), free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        for name, value in (workspace.defaults(home) | {"MLFLOW_TRACKING_URI": store}).items():
            patch.setenv(name, value)
        with server(mlflow_command(port)) as running:
            wait_until_up(running, f"http://{HOST}:{port}/health")
            yield f"http://{HOST}:{port}"


@pytest.fixture
def three(address: str, folder, published, track, monkeypatch) -> list[str]:
    """The runs of three retrainings, of this folder alone, as the server has them."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    client = MlflowClient()
    for one in client.search_registered_models():
        client.delete_registered_model(one.name)
    folder.path.joinpath(".irmflow").mkdir(exist_ok=True)
    return [track(f"{folder.path.name}-{number}", version) for number, version in enumerate(published)]


def stages(runs: list[str]) -> list[str | None]:
    """What MLflow says of each: active, deleted, or nothing any more."""
    client = MlflowClient()
    experiments = [one.experiment_id for one in client.search_experiments()]
    found = client.search_runs(experiments, run_view_type=ViewType.ALL)
    said = {run.info.run_id: run.info.lifecycle_stage for run in found}
    return [said.get(run) for run in runs]


def test_where_only_the_server_has_the_database_runs_are_marked_as_deleted_and_their_files_go(
    three, irmflow, folder
) -> None:
    said = irmflow("prune", "--keep", "1")
    assert said.status == 0, said.err
    assert stages(three) == ["deleted", "deleted", "active"]
    assert len(list(Path(".irmflow/artifacts").rglob("verdict.md"))) == 1
    assert "mlflow gc" in said.out
    assert "retrainings in MLflow" not in irmflow("prune", "--keep", "1").out


def test_where_the_database_is_named_nothing_is_left_of_them(three, store, irmflow, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_BACKEND_STORE_URI", store)
    assert irmflow("prune", "--keep", "1").status == 0
    assert stages(three) == [None, None, "active"]


def test_the_database_of_another_server_is_not_touched(three, irmflow, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_BACKEND_STORE_URI", f"sqlite:///{Path('other.db').absolute()}")
    assert irmflow("prune", "--keep", "1").status == 0
    assert stages(three) == ["deleted", "deleted", "active"]
