"""The sensor: what it tells Prefect, when, and that it tells it once."""

import os
import time
from pathlib import Path

import pytest

from flows import look as looking
from flows.look import look_at
from irm_core.contracts.read import read


@pytest.fixture
def contract(folder):
    """The clinics, in several files."""
    folder.contract.write_text(folder.contract.read_text().replace("path: clinics.csv", "path: raw/*.csv"))
    Path("raw").mkdir()
    folder.raw.rename("raw/first.csv")
    return read(folder.contract)


@pytest.fixture
def told(monkeypatch) -> dict:
    """What a Prefect server would have been told, by the id of the change."""
    found: dict = {}
    monkeypatch.setattr(looking, "already_told", lambda change: change in found)
    monkeypatch.setattr(looking, "tell", lambda _, change, counts: found.setdefault(change, counts))
    return found


def test_new_changed_and_gone_files_are_told_once_each(contract, told) -> None:
    for _ in range(2):
        look_at(contract, 0)
    Path("raw/second.csv").write_text("site,age\n")
    for _ in range(2):
        look_at(contract, 0)
    os.utime("raw/second.csv", (0, 0))
    Path("raw/first.csv").unlink()
    for _ in range(2):
        said = look_at(contract, 0)
    assert said == "clinics: unchanged, 1 file(s)."
    assert list(told.values()) == [
        {"new": 1, "changed": 0, "gone": 0},
        {"new": 1, "changed": 0, "gone": 0},
        {"new": 0, "changed": 1, "gone": 1},
    ]


def test_a_look_reads_no_data(contract, told) -> None:
    Path("raw/second.csv").write_bytes(b"\xff\x00 is no CSV")
    assert look_at(contract, 0) == "clinics: 2 new. Prefect is told."


def test_a_file_that_is_still_being_written_is_told_once_it_is_whole(contract, told, monkeypatch) -> None:
    look_at(contract, 0)
    told.clear()
    half = Path("raw/half.csv")
    half.write_text("site,a")
    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", lambda _: half.write_text("site,age,dose"))
        assert "still being written" in look_at(contract, 10)
    assert not told
    look_at(contract, 0)
    assert list(told.values()) == [{"new": 1, "changed": 0, "gone": 0}]


@pytest.mark.parametrize("broken", ["keep", "tell"], ids=["before it remembers", "before prefect hears"])
def test_a_look_that_is_killed_is_made_again_and_tells_once(contract, told, monkeypatch, broken) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(looking, broken, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            look_at(contract, 0)
    look_at(contract, 0)
    assert len(told) == 1
