"""A Delta table on S3, over real HTTP."""

import polars as pl
import pytest

from irm_core.data.lake import prune
from irm_core.data.lake import store as lake
from irm_core.errors import DataError

OPTIONS = {"allow_http": "true"}


@pytest.fixture
def release(publish, s3, monkeypatch):
    """Publish a file into the workspace and into the store on S3."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    return lambda file, store="delta:s3://hearts/models": lake.publish(publish(file), store)


def height(table: str, version: int) -> int:
    return pl.read_delta(table, version=version, storage_options=OPTIONS).height


def test_versions_are_committed_once_read_at_their_number_and_brought_back(
    release, write, tmp_path, s3
) -> None:
    file = tmp_path / "p.csv"
    first, second = release(write(file)), release(write(file, rows=300))
    table = "s3://hearts/models/patients/by_hospital"
    assert (first.in_table.table, second.in_table.version) == (table, 1)
    assert (height(table, 0), height(table, 1)) == (200, 300)
    before = s3.keys()
    (second.path / "environments/va/00000000.parquet").unlink()
    assert release(file) == second
    assert s3.keys() == before
    assert (second.path / "environments/va/00000000.parquet").is_file()
    prune.remove(first.in_table)
    after = s3.keys()
    assert [key for key in before if key not in after] == [
        key for key in before if key.startswith(f"models/patients/by_hospital/{first.version.id}")
    ]


def test_damage_is_refused_by_name(release, write, tmp_path, s3) -> None:
    published = release(write(tmp_path / "p.csv"))
    (key,) = [one for one in s3.keys() if one.endswith("part-00001.parquet")]  # noqa: SIM118 - no dict
    s3.put(key, b"something else")
    with pytest.raises(DataError, match=r"part-00001\.parquet is not the file that was published"):
        release(tmp_path / "p.csv")
    assert published.path.is_dir()


def test_a_bucket_that_is_not_and_a_server_that_is_away_are_said(
    release, write, tmp_path, monkeypatch, closed_port, s3
) -> None:
    with pytest.raises(DataError, match=r"s3://none/a/patients/by_hospital cannot be .*no such bucket"):
        release(write(tmp_path / "p.csv"), "delta:s3://none/a")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed_port}")
    with pytest.raises(DataError, match="the server cannot be reached") as caught:
        release(tmp_path / "p.csv")
    assert isinstance(caught.value.__cause__, ConnectionError)  # worth another try
    assert s3.secret not in str(caught.value)
