"""An S3 that asks for keys and permissions: who is refused is told so, and where, and no key."""

from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest

from irm_core.data.ingestion import ingest
from irm_core.data.lake import store as lake
from irm_core.errors import DataError


@pytest.fixture
def guarded(s3, csv, patients):
    """The server, with an object and a table, once it asks who one is; a user who may do nothing."""
    import boto3

    def ask(actions: str) -> None:
        address, plain = f"{s3.endpoint}/moto-api/reset-auth", {"Content-Type": "text/plain"}
        urlopen(Request(address, data=actions.encode(), headers=plain), timeout=5).close()  # noqa: S310

    s3.put("a.csv", csv())
    options = {"endpoint": s3.endpoint, "allow_http": "true", "region": "us-east-1"}
    patients().write_delta("s3://hearts/lake", storage_options=options)
    iam = boto3.client("iam", endpoint_url=s3.endpoint, region_name="us-east-1")
    iam.create_user(UserName="nobody")
    made = iam.create_access_key(UserName="nobody")["AccessKey"]
    ask("0")
    yield made["AccessKeyId"], made["SecretAccessKey"]
    ask("inf")
    iam.delete_access_key(UserName="nobody", AccessKeyId=made["AccessKeyId"])
    iam.delete_user(UserName="nobody")


@pytest.fixture
def acts(s3, objects, publish, write, tmp_path, monkeypatch) -> dict[str, Callable[[], object]]:
    """What asks the server for something, by the place that it is about."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    version = publish(write(tmp_path / "p.csv"))
    return {
        "a.csv": lambda: ingest(objects("a.csv"), landing=tmp_path / "landing"),
        "lake": lambda: ingest(objects("lake", "delta"), landing=tmp_path / "landing"),
        "models/patients/by_hospital": lambda: lake.publish(version, "delta:s3://hearts/models"),
    }


@pytest.mark.parametrize(
    ("known", "right", "code"),
    [
        (False, False, "InvalidAccessKeyId"),
        (True, False, "SignatureDoesNotMatch"),
        (True, True, "AccessDenied"),
    ],
)
def test_what_was_refused_and_where_is_told_without_any_key(
    known, right, code, guarded, acts, monkeypatch
) -> None:
    key, secret = guarded[0] if known else "AKIAUNKNOWN", guarded[1] if right else "another/secret+of~mine"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    for place, act in acts.items():
        with pytest.raises(DataError, match=rf"s3://hearts/{place} cannot be \w+: access is refused") as said:
            act()
        assert f"({code})" in str(said.value)
        assert "AWS_ACCESS_KEY_ID" in str(said.value)
        assert not [one for one in (key, secret) if one in f"{said.value} {said.value.__cause__}"]
