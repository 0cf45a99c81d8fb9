"""Objects of az, over real HTTP: Azurite, Microsoft's own emulator, asks for signatures as Azure does."""

import base64

import pytest

from irm_core.data.ingestion import ingest
from irm_core.data.landing.listing import listing
from irm_core.errors import DataError


@pytest.fixture
def account(azurite, monkeypatch):
    """The emulator's account, in the environment."""
    for name, value in azurite.credentials.items():
        monkeypatch.setenv(name, value)
    return azurite


@pytest.fixture
def azure(account, server):
    """The contract about objects of a container; where it is, the contract itself says."""
    options = {"endpoint": account.endpoint, "allow_http": True}
    return lambda path, form="csv": server(
        {"storageOptions": options}, type="azure", location=f"az://{path}", format=form
    )


def test_a_pattern_finds_objects_which_are_named_by_their_url(account, azure, tmp_path, csv) -> None:
    for number, key in enumerate(("found/a.csv", "found/b c.csv", "found/deep/d.csv")):
        account.put(key, csv(2, 1 + 2 * number))
    found = ingest(azure("hearts/found/*.csv"), landing=tmp_path)
    assert found.flagged.collect()["id"].to_list() == [1, 2, 3, 4]
    assert [one.name for one in found.raw_files] == [f"az://hearts/found/{one}.csv" for one in ("a", "b c")]


def test_a_changed_object_is_told_from_the_one_before(account, azure, csv) -> None:
    contract = azure("hearts/told/*.csv")
    account.put("told/a.csv", csv())
    before = listing(contract, {})
    assert listing(contract, {}) == before
    account.put("told/a.csv", csv(4))
    after = listing(contract, {})
    assert after.keys() == before.keys() and after != before


def test_a_delta_table_is_read(account, azure, tmp_path, patients) -> None:
    options = account.credentials | {"azure_storage_endpoint": account.endpoint, "allow_http": "true"}
    patients().write_delta("az://hearts/lake", storage_options=options)
    found = ingest(azure("hearts/lake", "delta"), landing=tmp_path)
    assert found.flagged.collect()["id"].to_list() == [1, 2, 3]


def test_no_container_and_no_object_are_sentences(azure, tmp_path) -> None:
    with pytest.raises(DataError, match="there is no such bucket"):
        ingest(azure("nowhere/*.csv"), landing=tmp_path)
    with pytest.raises(DataError, match="No object is at"):
        ingest(azure("hearts/nothing/*.csv"), landing=tmp_path)


def test_who_is_refused_is_told_so_without_any_key(azure, tmp_path, monkeypatch) -> None:
    wrong = base64.b64encode(b"another secret of mine").decode()
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", wrong)
    with pytest.raises(DataError, match="access is refused") as said:
        ingest(azure("hearts/*.csv"), landing=tmp_path)
    assert "AZURE_STORAGE_ACCOUNT_NAME" in str(said.value)
    assert wrong not in f"{said.value} {said.value.__cause__}"
