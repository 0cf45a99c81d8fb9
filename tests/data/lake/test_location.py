"""Where a store is: a folder or a URL, said in one way only, without credentials."""

import pytest

from irm_core.data.lake.location import location_of, table_of
from irm_core.errors import UsageError


def test_each_split_of_a_data_set_has_a_table_below_the_store(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert table_of("delta:lake", "Heart Disease", "by site") == f"{tmp_path}/lake/Heart-Disease/by-site"
    assert table_of("delta:s3://bank/models/", "a", "b") == "s3://bank/models/a/b"
    assert location_of("delta:abfss://data@bank.dfs.core.windows.net/m") == (
        "abfss://data@bank.dfs.core.windows.net/m"
    )


@pytest.mark.parametrize(
    ("store", "told"),
    [
        ("lake", "Write delta:FOLDER, or delta:s3://bucket/folder"),
        ("delta:", "Write delta:FOLDER"),
        ("delta:ftp://there/lake", "a URL has one of s3, gs, az"),
        ("delta:s3://", "nowhere"),
        ("iceberg:s3://a/b", "Write delta:FOLDER"),
        ("delta:s3://user:pass@bucket/a", "holds no credentials"),
    ],
)
def test_a_store_that_is_none_is_refused(store, told) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        location_of(store)
    assert "pass" not in str(caught.value)
