"""`irmflow versions`, from outside."""

import pytest

pytestmark = pytest.mark.slow


def test_versions_are_shown_with_what_they_hold(folder, published, light) -> None:
    said = light("versions")
    assert said.status == 0, said.err
    lines = [line.split() for line in said.out.splitlines() if "clinics" in line]
    assert [line[2] for line in lines] == published[::-1]
    assert [line[:2] + line[3:6] for line in lines] == [
        ["clinics", "by_site", rows, "0", "4"] for rows in ("380", "390", "400")
    ]


def test_versions_of_another_data_set_are_not_shown(folder, published, light) -> None:
    folder.contract.write_text(folder.contract.read_text().replace("name: clinics", "name: cinemas"))
    said = light("versions", folder.contract.name)
    assert said.status == 0
    assert "No version of cinemas" in said.out
