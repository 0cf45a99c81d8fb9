"""The catalogue of the store, and removals from it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from irm_core.data.catalogue import Entry, entries, outdated, remove
from irm_core.data.version import MANIFEST, Rows, Version


@pytest.fixture
def publish(made_version) -> Callable[[Path, str, str, str, int], Path]:
    """Makes a version of two files, published on that day of January 2026."""
    return partial(published, made_version)


def published(
    made_version: Callable[..., Version], root: Path, dataset: str, split: str, identity: str, day: int
) -> Path:
    counts = Rows(read=3, good=2, quarantined=1)
    version = made_version("va", size=2, rows=counts, dataset=dataset, split=split, id=identity)
    path = root / dataset / split / identity
    path.mkdir(parents=True)
    (path / "quarantine.parquet").write_bytes(b"12345")
    (path / MANIFEST).write_text(version.model_dump_json())
    moment = datetime(2026, 1, day, tzinfo=UTC).timestamp()
    os.utime(path / MANIFEST, (moment, moment))
    return path


def ids(known: list[Entry]) -> list[str]:
    return [one.version.id for one in known]


def test_versions_are_listed_by_data_set_and_split_the_newest_first(publish, tmp_path):
    for identity, split, day in (("a1", "x", 1), ("a2", "x", 3), ("a3", "x", 2), ("b1", "y", 9)):
        publish(tmp_path, "heart", split, identity, day)
    publish(tmp_path, "brain", "x", "c1", 5)
    known, damaged = entries(tmp_path)
    assert ids(known) == ["c1", "a2", "a3", "a1", "b1"]
    assert not damaged
    assert known[0].created == datetime(2026, 1, 5, tzinfo=UTC)
    assert known[0].size == 5 + (known[0].path / MANIFEST).stat().st_size


def test_a_damaged_manifest_is_told_of_and_hides_no_other(publish, tmp_path):
    publish(tmp_path, "heart", "x", "a1", 1)
    (publish(tmp_path, "heart", "x", "a2", 2) / MANIFEST).write_text("{")
    known, (damaged,) = entries(tmp_path)
    assert ids(known) == ["a1"]
    assert "a2/manifest.json is damaged" in str(damaged)


def test_what_is_not_published_is_not_listed(publish, tmp_path):
    path = publish(tmp_path, "heart", "x", "a1", 1)
    path.rename(path.with_name(".staging-1"))
    (tmp_path / "heart" / "rejected").mkdir()
    (tmp_path / "heart" / "rejected" / "a.parquet").touch()
    assert entries(tmp_path) == ([], [])


@pytest.mark.parametrize(("keep", "expected"), [(1, ["a2", "a1", "c1"]), (2, ["a1"]), (9, [])])
def test_the_newest_of_each_data_set_and_split_are_kept(publish, keep, expected, tmp_path):
    for identity, split, day in (("a1", "x", 1), ("a3", "x", 3), ("a2", "x", 2), ("b1", "y", 1)):
        publish(tmp_path, "heart", split, identity, day)
    publish(tmp_path, "zebra", "x", "c1", 5)
    publish(tmp_path, "zebra", "x", "c2", 6)
    assert ids(outdated(entries(tmp_path)[0], keep)) == expected


def test_a_removed_version_is_gone_and_the_others_are_as_they_were(publish, tmp_path):
    publish(tmp_path, "heart", "x", "a1", 1)
    publish(tmp_path, "heart", "x", "a2", 2)
    newest, oldest = entries(tmp_path)[0]
    remove(oldest)
    assert list(oldest.path.parent.iterdir()) == [newest.path]
    assert entries(tmp_path)[0] == [newest]


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from irm_core.data.catalogue import entries, remove
shutil.rmtree = lambda _: os.kill(os.getpid(), signal.SIGKILL)
remove(entries(Path(sys.argv[1]))[0][0])
"""


def test_a_removal_that_is_killed_leaves_no_half_version_and_the_next_one_clears_up(publish, tmp_path):
    publish(tmp_path, "heart", "x", "a1", 1)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert entries(tmp_path) == ([], [])
    path = publish(tmp_path, "heart", "x", "a2", 2)
    remove(entries(tmp_path)[0][0])
    assert not list(path.parent.iterdir())
