"""Objects of gs, over real HTTP: unsigned, Google's XML protocol lists and reads objects as S3's does."""

import json

import boto3
import pytest

from irm_core.data.ingestion import ingest
from irm_core.errors import DataError


@pytest.fixture
def put(s3, tmp_path, monkeypatch):
    """Puts an object that anybody may read into the bucket, at which a key file of Google's points."""
    key_file = tmp_path / "key.json"
    nobody = {"client_email": "", "private_key": "", "private_key_id": "", "disable_oauth": True}
    key_file.write_text(json.dumps({"gcs_base_url": s3.endpoint} | nobody))
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", str(key_file))
    monkeypatch.setenv("GOOGLE_ALLOW_HTTP", "true")
    names = {name.lower(): value for name, value in s3.credentials.items() if name != "AWS_REGION"}
    client = boto3.client("s3", endpoint_url=s3.endpoint, region_name="us-east-1", **names)
    return lambda key, content: client.put_object(Bucket=s3.bucket, Key=key, Body=content, ACL="public-read")


@pytest.fixture
def google(server):
    """The contract about objects of a bucket of Google's."""
    return lambda path: server(type="custom", location=f"gs://{path}", format="csv")


def test_a_pattern_finds_objects_which_are_named_by_their_url(put, google, tmp_path, csv):
    for number, key in enumerate(("google/a.csv", "google/b c.csv", "google/deep/d.csv")):
        put(key, csv(2, 1 + 2 * number))
    found = ingest(google("hearts/google/*.csv"), landing=tmp_path)
    assert found.flagged.collect()["id"].to_list() == [1, 2, 3, 4]
    assert [one.name for one in found.raw_files] == [f"gs://hearts/google/{one}.csv" for one in ("a", "b c")]


def test_no_bucket_and_no_object_are_sentences(put, google, tmp_path):
    with pytest.raises(DataError, match="there is no such bucket"):
        ingest(google("nowhere/*.csv"), landing=tmp_path)
    with pytest.raises(DataError, match="No object is at"):
        ingest(google("hearts/google/nothing/*.csv"), landing=tmp_path)
