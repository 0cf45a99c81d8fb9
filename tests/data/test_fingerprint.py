"""Fingerprints: the same for the same names and contents, another for anything else."""

from irm_core.data.fingerprint import combined, raw_files, sha256
from irm_core.data.raw_files import LOCAL

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def fingerprint(contract, files):
    return combined(raw_files(contract, files, LOCAL))


def test_golden(tmp_path):
    (tmp_path / "empty").touch()
    assert sha256(tmp_path / "empty") == EMPTY


def test_order_names_and_contents_count(contract, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("1")
    second.write_text("2")
    before = fingerprint(contract(), [first, second])
    assert fingerprint(contract(), [first, second]) == before
    assert fingerprint(contract(), [second, first]) != before
    assert fingerprint(contract(), [first]) != before
    second.write_text("3")
    assert fingerprint(contract(), [first, second]) != before
