"""Staging folders: the dead's are cleared away, the living's are not."""

import fcntl

import pytest

from irm_core.data.staging import staging


def test_a_folder_is_gone_afterwards_also_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), staging(tmp_path) as folder:
        (folder / "file").touch()
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_a_renamed_folder_stays(tmp_path):
    with staging(tmp_path) as folder:
        (folder / "file").touch()
        folder.rename(tmp_path / "version")
    assert [path.name for path in tmp_path.rglob("*")] == ["version", "file"]


def test_a_living_publishers_folder_is_left_alone(tmp_path):
    with staging(tmp_path) as first, staging(tmp_path) as second:
        assert first.is_dir()
        assert second.is_dir()


def test_a_dead_publishers_folder_is_removed_and_a_locked_one_is_not(tmp_path):
    for name in ("dead", "alive"):
        (tmp_path / f".staging-{name}" / "environments").mkdir(parents=True)
        (tmp_path / f".staging-{name}.lock").touch()
    with (tmp_path / ".staging-alive.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with staging(tmp_path):
            assert not (tmp_path / ".staging-dead").exists()
            assert (tmp_path / ".staging-alive").is_dir()
