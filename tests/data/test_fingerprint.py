"""Fingerprints: the same for the same names and contents, another for anything else."""

from irm_core.data.fingerprint import raw_sha256, sha256

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_golden(tmp_path):
    (tmp_path / "empty").touch()
    assert sha256(tmp_path / "empty") == EMPTY


def test_order_names_and_contents_count(contract, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("1")
    second.write_text("2")
    before = raw_sha256(contract(), [first, second])
    assert raw_sha256(contract(), [first, second]) == before
    assert raw_sha256(contract(), [second, first]) != before
    assert raw_sha256(contract(), [first]) != before
    second.write_text("3")
    assert raw_sha256(contract(), [first, second]) != before
