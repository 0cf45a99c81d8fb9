"""Settings of the working folder, set where the user has set nothing; addresses of servers hold no secret."""

import os
from pathlib import Path

import pytest

from flows import workspace
from irm_core.errors import UsageError


@pytest.mark.parametrize("name", workspace.ADDRESSES)
@pytest.mark.parametrize(
    "address",
    [
        "http://user:hidden@localhost:5000",
        "https://hidden@localhost:5000",
        "https://hidden:@localhost:5000",
        "postgresql+psycopg://user:hidden@localhost/mlflow",
    ],
)
def test_an_address_with_a_password_is_refused_without_showing_it(monkeypatch, name, address) -> None:
    monkeypatch.setenv(name, address)
    with pytest.raises(UsageError, match=f"{name} holds a password") as error:
        workspace.refuse_passwords()
    assert "hidden" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    ["http://localhost:5000", "http://localhost/@a:b@c", "postgresql+psycopg://user@localhost/mlflow", ""],
)
def test_an_address_without_one_is_not(monkeypatch, address) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    workspace.refuse_passwords()


@pytest.fixture
def unset(monkeypatch, tmp_path) -> None:
    """A process in which nobody has set anything, in a new folder."""
    monkeypatch.setattr(workspace, "_ours", {})
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"]})
    monkeypatch.chdir(tmp_path)


def test_a_flow_tracks_in_its_working_folder_and_moves_with_it(unset, tmp_path, monkeypatch) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        workspace.settle()
        assert os.environ["MLFLOW_TRACKING_URI"] == f"sqlite:///{tmp_path / name / '.irmflow' / 'mlflow.db'}"
    assert not [name for name in os.environ if name.startswith("PREFECT_")]


def test_what_the_user_has_set_stays(unset) -> None:
    os.environ["MLFLOW_TRACKING_URI"] = "http://localhost:5000"
    workspace.enter()
    workspace.settle()
    assert os.environ["MLFLOW_TRACKING_URI"] == workspace.tracking_address() == "http://localhost:5000"


def test_without_any_setting_tracking_is_in_the_working_folder(unset) -> None:
    assert workspace.tracking_address() == f"sqlite:///{Path('.irmflow').absolute() / 'mlflow.db'}"
