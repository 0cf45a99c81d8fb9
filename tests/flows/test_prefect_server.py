"""A Prefect server that is away is said at once, in a sentence."""

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "command",
    [("run", "clinics.odcs.yaml"), ("deploy", "clinics.odcs.yaml", "--cron", "@daily"), ("doctor",)],
)
def test_a_server_that_is_away_is_said(folder, light, closed_port, command) -> None:
    (folder.path / ".irmflow").mkdir()  # where Prefect makes its home, if it is imported here first
    from prefect.settings import PREFECT_API_URL, temporary_settings

    address = f"http://127.0.0.1:{closed_port}/api"
    with temporary_settings({PREFECT_API_URL: address}):
        said = light(*command)
    assert said.status == 1
    assert f"Prefect is away: {address}" in said.err and "unset PREFECT_API_URL" in said.err
    assert not (folder.path / ".irmflow" / "data").exists()
