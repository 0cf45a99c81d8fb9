"""Versions in Delta Lake: what other tools read there, once, checked, and brought back from there."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from deltalake import DeltaTable, QueryBuilder
from polars.testing import assert_frame_equal

from irm_core.contracts.contract import Column
from irm_core.contracts.names import ENVIRONMENT
from irm_core.data import store
from irm_core.data.fingerprint import sha256
from irm_core.data.version import IN_TABLE
from irm_core.errors import DataError


def rows(published) -> pl.DataFrame:
    return store.rows(published, [one.name for one in published.version.environments])


@pytest.fixture
def two(release, write, tmp_path):
    """Two versions of a file, the second with more rows."""
    file = tmp_path / "p.csv"
    return release(write(file)), release(write(file, rows=300))


def test_every_version_is_read_by_others_at_its_delta_version(two, home) -> None:
    for number, published in enumerate(two):
        assert published.in_table.version == number
        expected = rows(published)
        read = pl.scan_delta(str(home), version=number).select(expected.columns).collect()
        assert_frame_equal(read, expected, check_row_order=False)
        table = DeltaTable(home, version=number)
        dataset = table.to_pyarrow_dataset()  # noqa: F841 - DuckDB finds it by its name
        by_duckdb = duckdb.sql("SELECT _environment, count(*), sum(age) FROM dataset GROUP BY 1 ORDER BY 1")
        query = "SELECT _environment, count(*), sum(age) FROM t GROUP BY 1 ORDER BY 1"
        by_datafusion = pl.DataFrame(QueryBuilder().register("t", table).execute(query).read_all())
        told = expected.group_by(ENVIRONMENT).agg(pl.len(), pl.col("age").sum()).sort(ENVIRONMENT).rows()
        assert by_duckdb.fetchall() == by_datafusion.rows() == told


def test_the_table_has_the_very_files_of_the_version_by_environment(two, home) -> None:
    actions = pl.DataFrame(DeltaTable(home).get_add_actions(flatten=True))
    published = two[1]
    by_name = dict(actions.select(f"partition.{ENVIRONMENT}", "path").iter_rows())
    assert {name: sha256(home / path) for name, path in by_name.items()} == {
        one.name: published.version.files[f"environments/{one.slug}/00000000.parquet"]
        for one in published.version.environments
    }
    assert DeltaTable(home).metadata().partition_columns == [ENVIRONMENT]


def test_the_log_says_the_version_what_it_was_made_of_and_its_checksums(two, home) -> None:
    published, said = two[1], DeltaTable(home).history(1)[0]
    version = published.version
    assert said["irmflow.version"] == version.id
    assert said["irmflow.contract_sha256"] == version.contract_sha256
    assert said["irmflow.raw_sha256"] == version.raw_sha256
    assert json.loads(said["irmflow.rows"]) == version.rows.model_dump()
    assert set(json.loads(said["irmflow.files"]).values()) < set(version.files.values())
    assert DeltaTable(home).transaction_version(f"irmflow/{version.id}") == 1


def test_what_is_unchanged_commits_nothing(two, release, tmp_path, home) -> None:
    again = release(tmp_path / "p.csv")
    assert again == two[1]
    assert DeltaTable(home).version() == 1


def test_another_workspace_finds_the_commit_of_the_first(two, release, tmp_path, home) -> None:
    (tmp_path / "store").rename(tmp_path / "gone")
    again = release(tmp_path / "p.csv")
    assert again.in_table == two[1].in_table
    assert DeltaTable(home).version() == 1


def test_an_older_version_is_not_committed_again_when_its_data_come_back(
    two, release, write, tmp_path, home
) -> None:
    assert release(write(tmp_path / "p.csv")) == two[0]
    assert DeltaTable(home).version() == 1


def test_rows_that_are_gone_here_are_brought_back_and_checked(two, tmp_path, home) -> None:
    first, files = two[0], [one for one in two[0].version.files if one.startswith("environments/")]
    expected = rows(first)
    for name in files:
        (first.path / name).unlink()
    assert_frame_equal(rows(store.load(first.path)), expected)
    (first.path / files[0]).unlink()
    flip(min((home / first.in_table.folder).iterdir()))
    with pytest.raises(DataError, match=f"{files[0]} is damaged"):
        store.load(first.path)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "told"),
    [(flip, "is not the file that was published"), (Path.unlink, "is gone, as after a VACUUM")],
)
def test_damage_in_the_table_is_refused_by_name_and_can_be_mended(
    damage, told, two, release, tmp_path, home, commits
) -> None:
    published = two[1]
    part = min((home / published.in_table.folder).iterdir())
    damage(part)
    with pytest.raises(DataError, match=f"at version 1 is damaged: .*/{part.name} {told}"):
        release(tmp_path / "p.csv")
    for file in (home / published.in_table.folder).iterdir():
        file.unlink()
    (published.path / IN_TABLE).unlink()
    mended = release(tmp_path / "p.csv")
    assert mended.in_table.version == 2
    assert commits() == [two[0].version.id, published.version.id, published.version.id]
    assert_frame_equal(
        pl.read_delta(str(home)), rows(mended), check_row_order=False, check_column_order=False
    )


def test_a_log_that_was_changed_is_refused(two, release, tmp_path, home) -> None:
    log = home / "_delta_log" / "00000000000000000001.json"
    log.write_text(log.read_text().replace('numRecords\\": 200', 'numRecords\\": 201'))
    with pytest.raises(DataError, match="it has 201 rows of the environment 'va', not 200"):
        release(tmp_path / "p.csv")


def test_columns_may_change_from_version_to_version(release, contract, write, tmp_path, home) -> None:
    file = write(tmp_path / "p.csv", bad=0)
    first = release(file)
    header, *lines = file.read_text().splitlines()
    file.write_text("\n".join([f"{header},seen", *(f"{line},2024-05-06 07:08:09" for line in lines)]) + "\n")
    columns = (*contract().columns, Column("seen", "timestamp", "feature", 14))
    second = release(file, columns=columns, sha256="d" * 64)
    assert pl.read_delta(str(home))["seen"].drop_nulls().unique().to_list() == [datetime(2024, 5, 6, 7, 8, 9)]
    for published in (first, second):
        read = pl.read_delta(str(home), version=published.in_table.version)
        assert_frame_equal(read, rows(published), check_row_order=False, check_column_order=False)


def test_environments_of_any_name_are_partitions(release, tmp_path, home) -> None:
    file = tmp_path / "p.csv"
    names = ["a/b", "a b", "../c", "é=1", "%20", "京"]
    file.write_text("hospital,age,sick\n" + "".join(f"{name},1,0\n{name},2,1\n" for name in names))
    release(file)
    read = pl.read_delta(str(home))
    assert sorted(read[ENVIRONMENT].unique()) == sorted(names)
    assert (read[ENVIRONMENT] == read["hospital"]).all()


def test_a_table_of_others_is_left_alone(release, write, tmp_path, home) -> None:
    pl.DataFrame({"theirs": [1]}).write_delta(home)
    with pytest.raises(DataError, match="is a Delta table that irmflow did not make"):
        release(write(tmp_path / "p.csv"))
    assert pl.read_delta(str(home))["theirs"].to_list() == [1]
    assert [path.name for path in home.iterdir() if path.is_dir()] == ["_delta_log"]


def test_a_vacuum_by_others_leaves_all_versions(two, home) -> None:
    DeltaTable(home).vacuum(dry_run=False)
    for number, published in enumerate(two):
        assert pl.read_delta(str(home), version=number).height == published.version.rows.good
