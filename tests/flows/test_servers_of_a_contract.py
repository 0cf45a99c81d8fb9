"""A contract whose data are at several servers: which one is said by `--server`, or asked for."""

import pytest

LOCAL = "  - {server: local, type: local, path: clinics.csv, format: csv}\n"
NONE = "  - {server: prod, type: local, path: prod.csv, format: csv}\n"


@pytest.mark.slow
def test_the_server_is_asked_for_and_taken(folder, light) -> None:
    folder.contract.write_text(folder.contract.read_text().replace(LOCAL, LOCAL + NONE))
    asked = light("check", folder.contract.name)
    assert asked.status == 2
    assert "clinics.odcs.yaml:9: the data are at several servers: local, prod. Choose one: " in asked.err
    assert light("check", folder.contract.name, "--server", "local").status == 0
    absent = light("check", folder.contract.name, "--server", "prod")
    assert absent.status == 3
    assert "No file is at prod.csv" in absent.err
    assert light("versions", folder.contract.name).status == 0
