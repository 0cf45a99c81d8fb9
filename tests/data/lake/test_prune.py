"""Pruning: what nobody needs goes from the table, nothing else, and not before readers are done."""

from datetime import timedelta

import polars as pl
import pytest
from deltalake import DeltaTable

from irm_core.data.catalogue import entries, remove
from irm_core.data.lake import prune


@pytest.fixture
def three(release, write, tmp_path):
    """Three versions of a file, each longer than the one before."""
    return [release(write(tmp_path / "p.csv", rows=rows)) for rows in (200, 250, 300)]


def test_what_the_table_shows_stays_and_what_it_showed_for_a_week(three) -> None:
    told = [prune.needed(one.in_table) for one in three]
    assert told[:2] == ["its Delta table showed it less than 7 days ago"] * 2
    assert told[2] == "it is what its Delta table shows"


def test_a_version_that_goes_takes_its_files_along_and_no_others(three, tmp_path, home, monkeypatch) -> None:
    monkeypatch.setattr(prune, "RETENTION", timedelta())
    assert [prune.needed(one.in_table) for one in three[:2]] == [None, None]
    known = {entry.version.id: entry for entry in entries(tmp_path / "store")[0]}
    remove(known[three[0].version.id])
    assert not (home / three[0].in_table.folder).exists()
    assert not three[0].path.exists()
    assert [pl.read_delta(str(home), version=number).height for number in (1, 2)] == [250, 300]
    assert DeltaTable(home).version() == 2


def test_what_was_pruned_is_committed_anew_when_its_data_come_back(
    three, release, write, tmp_path, home, monkeypatch
) -> None:
    monkeypatch.setattr(prune, "RETENTION", timedelta())
    remove(next(one for one in entries(tmp_path / "store")[0] if one.version.id == three[0].version.id))
    again = release(write(tmp_path / "p.csv"))
    assert (again.version, again.in_table.version) == (three[0].version, 3)
    assert DeltaTable(home).transaction_version(f"irmflow/{again.version.id}") == 2
    assert pl.read_delta(str(home)).height == 200


def test_where_the_table_is_gone_nothing_keeps_a_version(three, home, tmp_path) -> None:
    home.rename(tmp_path / "gone")
    assert prune.needed(three[2].in_table) is None
    remove(next(one for one in entries(tmp_path / "store")[0] if one.version.id == three[2].version.id))
    assert not three[2].path.exists()
