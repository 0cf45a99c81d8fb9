"""Committing to Delta Lake, killed at any moment or twice at once: one commit, nothing half, nothing left."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from irm_core.errors import DataError

PUBLISHER = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from conftest import example
from irm_core.data import store
from irm_core.data.ingestion import ingested
from irm_core.data.lake import commit, files, store as lake, uploads

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def die_after(function):
    def called(*arguments):
        function(*arguments)
        die()
    return called

MOMENTS = {
    "before": lambda: setattr(commit, "upload", die),
    "uploaded": lambda: setattr(commit, "upload", die_after(commit.upload)),
    "committing": lambda: setattr(commit, "_properties", die),
    "committed": lambda: setattr(commit, "_try", die_after(commit._try)),
    "discarding": lambda: setattr(uploads, "_discard", die),
    "noting": lambda: setattr(lake, "_note", die),
    "never": lambda: None,
}
MOMENTS[sys.argv[4]]()
print("ready", flush=True)
sys.stdin.readline()
contract, root = example(), Path(sys.argv[3])
published = store.publish(ingested(contract, [Path(sys.argv[2])]), contract, "by_hospital", root / "store")
print(lake.publish(published, f"delta:{root / 'lake'}").in_table.version, flush=True)
"""
COMMITTED = {"committed", "discarding", "noting"}


def publisher(file: Path, root: Path, moment: str = "never") -> subprocess.Popen[str]:
    """A process that publishes once it is told to, and dies at this moment."""
    arguments = [str(Path(__file__).parents[1]), str(file), str(root), moment]
    command = [sys.executable, "-c", PUBLISHER, *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def folders(home: Path) -> set[str]:
    return {path.name for path in home.iterdir() if path.name != "_delta_log"}


def notes(root: Path) -> list[Path]:
    return [*root.rglob(".delta-*"), *root.rglob(".staging-*")]


@pytest.mark.slow
@pytest.mark.parametrize("rows", [300, 360, 200])
@pytest.mark.parametrize("moment", ["before", "uploaded", "committing", "committed", "discarding", "noting"])
def test_a_killed_publisher_leaves_no_half_version_and_the_next_one_clears_up(
    moment, rows, release, write, tmp_path, home, commits
) -> None:
    file = tmp_path / "p.csv"
    first = release(write(file))
    with publisher(write(file, rows=300), tmp_path, moment) as process:
        process.communicate("\n")
    assert process.returncode == -signal.SIGKILL
    whole = moment in COMMITTED
    assert DeltaTable(home).version() == (1 if whole else 0)
    assert pl.read_delta(str(home)).height == (300 if whole else 200)
    second = release(write(file, rows=rows))  # the same data, others, or those of before
    assert len(commits()) == len(set(commits())) == len({200, rows} | ({300} if whole else set()))
    assert {first.version.id, second.version.id} <= set(commits())
    assert {name.partition("-")[0] for name in folders(home)} == set(commits())
    assert len(folders(home)) == len(commits())
    assert not notes(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("there", [False, True])
def test_of_two_publishers_at_once_one_commits_and_both_end_well(
    there, release, write, tmp_path, home, commits
) -> None:
    file = tmp_path / "p.csv"
    before = [release(write(file)).version.id] if there else []
    write(file, rows=20_000)
    processes = [publisher(file, tmp_path) for _ in range(2)]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    told = [process.communicate()[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert told == [f"{len(before)}"] * 2
    assert commits()[:-1] == before
    assert pl.read_delta(str(home)).height == 20_000
    assert len(folders(home)) == len(commits())
    assert not notes(tmp_path)


def test_who_comes_second_takes_the_commit_of_the_first(
    release, write, tmp_path, home, commits, monkeypatch
) -> None:
    from irm_core.data.lake import commit

    file = tmp_path / "p.csv"
    release(write(file))
    write(file, rows=300)
    properties, first = commit._properties, []

    def overtaken(*arguments):
        monkeypatch.setattr(commit, "_properties", properties)
        first.append(release(file))
        return properties(*arguments)

    monkeypatch.setattr(commit, "_properties", overtaken)
    second = release(file)
    assert second == first[0]
    assert len(commits()) == 2
    assert len(folders(home)) == 2


def test_another_version_that_comes_in_between_is_replaced_not_mixed(
    release, write, tmp_path, home, commits, monkeypatch
) -> None:
    from irm_core.data.lake import commit

    file = tmp_path / "p.csv"
    release(write(file))
    properties, first = commit._properties, []

    def overtaken(*arguments):
        monkeypatch.setattr(commit, "_properties", properties)
        first.append(release(write(tmp_path / "other.csv", rows=250)))
        return properties(*arguments)

    monkeypatch.setattr(commit, "_properties", overtaken)
    second = release(write(file, rows=300))
    assert (first[0].in_table.version, second.in_table.version) == (1, 2)
    assert [pl.read_delta(str(home), version=number).height for number in range(3)] == [200, 250, 300]


def test_a_full_disk_is_said_and_with_room_all_is_well(release, write, disk, tmp_path, home) -> None:
    (tmp_path / "lake").mkdir()
    disk(tmp_path / "lake", 16)
    with pytest.raises(DataError, match=r"by_hospital cannot be written: the disk is full\."):
        release(write(tmp_path / "p.csv", rows=20_000))
    assert not [path for path in (tmp_path / "lake").rglob("*") if path.is_file()]
    disk(tmp_path / "lake", 100_000)
    assert release(tmp_path / "p.csv").in_table.version == 0
    assert not notes(tmp_path)


def test_a_failure_while_uploading_leaves_nothing_in_the_table(
    release, write, tmp_path, home, monkeypatch
) -> None:
    from irm_core.data.lake import commit

    upload = commit.upload

    def fails(*arguments):
        upload(*arguments)
        raise OSError(os.strerror(5))

    monkeypatch.setattr(commit, "upload", fails)
    with pytest.raises(OSError, match="Input/output"):
        release(write(tmp_path / "p.csv"))
    assert not list(home.iterdir())
    monkeypatch.setattr(commit, "upload", upload)
    assert release(tmp_path / "p.csv").in_table.version == 0
    assert not notes(tmp_path)
