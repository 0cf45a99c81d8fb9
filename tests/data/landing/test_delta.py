"""Delta Lake tables: read at a version, local and on S3."""

import deltalake
import pytest
from deltalake.transaction import AddAction, create_table_with_add_actions
from polars.testing import assert_frame_equal

from irm_core.contracts.names import FILE
from irm_core.data import store
from irm_core.data.ingestion import ingest
from irm_core.errors import DataError


@pytest.fixture
def lake(tmp_path, patients):
    """A table with two versions: three patients, then four others more."""
    path = str(tmp_path / "lake")
    patients(3).write_delta(path)
    patients(4, 4).write_delta(path, mode="append")
    return path


@pytest.fixture
def table(server):
    """The contract about a local table, at a version."""
    return lambda path, version=None: server(
        {} if version is None else {"version": version}, type="local", path=path, format="delta"
    )


@pytest.fixture
def raw(tmp_path):
    return lambda contract: ingest(contract, landing=tmp_path / "landing")


def ids(raw) -> list[int]:
    return sorted(raw.flagged.collect()["id"].to_list())


def test_the_latest_version_is_read_or_the_one_that_is_named(lake, table, raw):
    latest, first = raw(table(lake)), raw(table(lake, 0))
    assert (latest.origin.delta_version, first.origin.delta_version) == (1, 0)
    assert ids(first) == [1, 2, 3]
    assert ids(raw(table(lake))) == [1, 2, 3, 4, 5, 6, 7]
    assert latest.origin.names(latest.flagged).select(FILE).collect()[FILE].unique().to_list() == [lake]


def test_the_manifest_says_the_version(lake, table, tmp_path, patients):
    contract = table(lake)
    published = store.publish(
        ingest(contract, landing=tmp_path / "landing"), contract, "by_hospital", tmp_path
    )
    assert published.version.delta_version == 1


def test_rows_come_in_the_same_order_whatever_order_the_log_has_them_in(table, raw, tmp_path, patients):
    found = []
    for order in (1, -1):
        path = tmp_path / f"lake{order}"
        path.mkdir()
        actions = []
        for number in range(3):
            patients(3, 1 + 3 * number).write_parquet(path / f"{number}.parquet")
            size = (path / f"{number}.parquet").stat().st_size
            actions.append(AddAction(f"{number}.parquet", size, {}, 0, True, '{"numRecords": 3}'))
        schema = deltalake.Schema.from_arrow(patients().schema)
        create_table_with_add_actions(str(path), schema, actions[::order])
        found.append(raw(table(str(path))).flagged.collect()["id"].to_list())
    assert found == [list(range(1, 10))] * 2


def test_a_version_that_is_landed_is_not_read_again(lake, table, raw):
    first = raw(table(lake))
    for file in deltalake.DeltaTable(lake).file_uris():
        (type(first.files[0])(file.removeprefix("file://"))).unlink()
    assert raw(table(lake)).sha256 == first.sha256


@pytest.mark.parametrize(
    ("version", "told"), [(7, r"lake cannot be read: it has no version 7; its latest is 1\.")]
)
def test_a_version_that_is_not_is_refused(version, told, lake, table, raw):
    with pytest.raises(DataError, match=told):
        raw(table(lake, version))


def test_a_vacuumed_version_is_refused(lake, table, raw, patients):
    patients(1).write_delta(lake, mode="overwrite")
    deltalake.DeltaTable(lake).vacuum(0, dry_run=False, enforce_retention_duration=False)
    with pytest.raises(DataError, match="files of version 1 are gone: it has been vacuumed"):
        raw(table(lake, 1))
    assert ids(raw(table(lake))) == [1]


def test_no_table_is_said(table, raw, tmp_path):
    with pytest.raises(DataError, match="none cannot be read: there is none"):
        raw(table(str(tmp_path / "none")))
    with pytest.raises(DataError, match="there is none, or it has no version 0 any more"):
        raw(table(str(tmp_path), 0))


def test_a_table_on_s3_is_the_same(s3, objects, raw, patients):
    options = {"endpoint": s3.endpoint, "allow_http": "true", "region": "us-east-1"}
    patients(3).write_delta("s3://hearts/lake", storage_options=options)
    found = raw(objects("lake", "delta"))
    assert found.origin.delta_version == 0
    rows = found.flagged.collect()
    assert_frame_equal(rows.select(patients(3).columns), patients(3), check_row_order=False)
    before = s3.fetched()
    assert raw(objects("lake", "delta")).sha256 == found.sha256
    assert s3.fetched() - before < 4  # the log, no data
    with pytest.raises(DataError, match="s3://hearts/none cannot be read: there is none"):
        raw(objects("none", "delta"))


def test_a_server_that_is_away_is_worth_another_try(server, raw, closed_port, s3):
    options = {"endpoint": f"http://127.0.0.1:{closed_port}", "allow_http": True, "region": "us-east-1"}
    away = server({"storageOptions": options}, type="s3", location="s3://hearts/lake", format="delta")
    with pytest.raises(DataError, match="the server cannot be reached") as caught:
        raw(away)
    assert isinstance(caught.value.__cause__, ConnectionError)
