"""Addresses of servers hold no password: they are kept with runs and shown."""

import pytest

from flows import workspace
from irm_core.errors import UsageError


@pytest.mark.parametrize("name", workspace.ADDRESSES)
@pytest.mark.parametrize(
    "address", ["http://user:hidden@localhost:5000", "postgresql+psycopg://user:hidden@localhost/mlflow"]
)
def test_an_address_with_a_password_is_refused_without_showing_it(monkeypatch, name, address) -> None:
    monkeypatch.setenv(name, address)
    with pytest.raises(UsageError, match=f"{name} holds a password") as error:
        workspace.refuse_passwords()
    assert "hidden" not in str(error.value)


@pytest.mark.parametrize(
    "address", ["http://localhost:5000", "postgresql+psycopg://user@localhost/mlflow", ""]
)
def test_an_address_without_one_is_not(monkeypatch, address) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    workspace.refuse_passwords()
