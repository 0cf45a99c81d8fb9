"""YAML as data with lines."""

from pathlib import Path

import pytest

from irm_core.contracts.yaml_lines import load
from irm_core.errors import ContractError


def document(tmp_path: Path, text: str):
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_lines_of_keys_and_items(tmp_path):
    found = document(tmp_path, "a: 1\nb:\n  - x\n  - y: 2\n    z: [3,\n      4]\n")
    assert found.line(("a",)) == 1
    assert found.line(("b", 0)) == 3
    assert found.line(("b", 1, "y")) == 4
    assert found.line(("b", 1, "z", 1)) == 6


def test_line_of_something_absent_is_that_of_what_is_around_it(tmp_path):
    found = document(tmp_path, "# first\nb:\n  - y: 2\n")
    assert found.line(("b", 0, "nothing", "there")) == 3
    assert found.line(("c",)) == 1


def test_dates_stay_text(tmp_path):
    assert document(tmp_path, "day: 2024-12-31\n").data == {"day": "2024-12-31"}


def test_merged_keys_are_read(tmp_path):
    found = document(tmp_path, "base: &base {x: 1}\nmore:\n  <<: *base\n  y: 2\n")
    assert found.data["more"] == {"x": 1, "y": 2}


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "already given at line 1"),
        ("a: 1\nb: {c: 1, d: 2, c: 3}\n", 2, "'c'"),
        ("a: 1\nb: [1, 2\n", 3, "not YAML"),
        ("a: 1\n1: 2\n", 2, "quotes"),
        ("- a\n- b\n", 1, "mapping"),
        ("", 1, "mapping"),
        ("a: &a\n  b: *a\n", 1, "contains itself"),
        ("a: !python/object:os.system x\n", 1, "not YAML"),
        ("a: \x00\n", 1, "not YAML"),
    ],
)
def test_refuses_with_the_line(tmp_path, text, line, told):
    with pytest.raises(ContractError, match=told) as caught:
        document(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'c.yaml'}:{line}: ")


def test_refuses_a_file_that_is_absent_or_no_text(tmp_path):
    with pytest.raises(ContractError, match="no such contract"):
        load(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    with pytest.raises(ContractError, match="cannot be read"):
        load(tmp_path / "latin.yaml")
