"""How much memory is free: the least of machine and control group, never more than there is."""

from pathlib import Path

import pytest

from irm_core.data import free_memory as module
from irm_core.data.free_memory import CONTROLS, free_memory, machine


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with 1 GB available, in no control group yet."""
    (tmp_path / "memory").mkdir()
    (tmp_path / "meminfo").write_text(
        "MemTotal:  2000000 kB\nMemAvailable:  1000000 kB\nHugePages_Total:  0\n"
    )
    monkeypatch.setattr(module, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(module, "CGROUP", tmp_path)
    return tmp_path


def control(folder: Path, version: int, limit: str) -> None:
    """A group that uses 500 bytes, 100 of which are files."""
    names = CONTROLS[2 - version]
    for name, text in zip(names, (limit, "500", f"anon 400\n{names[3]} 100"), strict=False):
        (folder / name).write_text(f"{text}\n")


def test_without_a_limit_it_is_the_machines(folder: Path) -> None:
    assert free_memory() == 1_024_000_000


@pytest.mark.parametrize("version", [1, 2])
def test_a_limit_leaves_what_is_not_used_and_files_that_can_be_read_again(folder: Path, version: int) -> None:
    control(folder, version, "2000")
    assert free_memory() == 2000 - 500 + 100


@pytest.mark.parametrize(("version", "limit"), [(2, "max"), (1, "9223372036854771712")])
def test_no_limit_of_the_group_is_none(folder: Path, version: int, limit: str) -> None:
    control(folder, version, limit)
    assert free_memory() == 1_024_000_000


def test_without_linux_all_memory_counts(folder: Path) -> None:
    (folder / "meminfo").unlink()
    assert machine() > 2**28


def test_this_machine_has_some() -> None:
    assert 2**24 < free_memory() < 2**50
