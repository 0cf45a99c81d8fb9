"""Compressed files are read like others, in whatever encoding, or refused with what to do."""

import bz2
import dataclasses
import gzip
import io
import lzma
import zipfile

import polars as pl
import pyarrow
import pytest

from irm_core.contracts.names import LINE
from irm_core.data.csv_dialect import WESTERN, encoding_of
from irm_core.data.printable import printable
from irm_core.data.sources import scan
from irm_core.errors import DataError

TEXT = "hospital,age,sick\nZürich,50,1\n\nKöln,60,0\n"


def zstd(content: bytes) -> bytes:
    return pyarrow.compress(content, "zstd", asbytes=True)


def zipped(content: bytes) -> bytes:
    with zipfile.ZipFile(archive := io.BytesIO(), "w") as file:
        file.writestr("patients.csv", content)
    return archive.getvalue()


READ = {"gz": gzip.compress, "zst": zstd}


@pytest.fixture
def written(tmp_path):
    """Writes a file of this content, and gives its path."""

    def written(name: str, content: bytes):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return written


@pytest.fixture
def in_encoding(contract):
    """The contract about a file in this encoding."""

    def in_encoding(encoding: str):
        declared = contract()
        return dataclasses.replace(declared, source=dataclasses.replace(declared.source, encoding=encoding))

    return in_encoding


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
@pytest.mark.parametrize("suffix", READ)
def test_rows_and_lines_are_those_of_the_file_unpacked(suffix, encoding, written, in_encoding):
    file = written(f"patients.csv.{suffix}", READ[suffix](TEXT.encode(encoding)))
    found = scan(in_encoding(encoding), [file]).select("hospital", "age", LINE).collect()
    assert found.rows() == [("Zürich", "50", 2), ("Köln", "60", 4)]


@pytest.mark.parametrize("suffix", READ)
def test_archives_of_several_parts_are_read_to_their_end(suffix, written, in_encoding):
    parts = [READ[suffix](one.encode("cp1252")) for one in (TEXT, "Bonn,70,1\n")]
    file = written(f"patients.csv.{suffix}", b"".join(parts))
    assert scan(in_encoding("cp1252"), [file]).select(pl.len()).collect().item() == 3


@pytest.mark.parametrize("suffix", READ)
def test_an_archive_cut_short_is_refused_in_any_encoding(suffix, written, in_encoding):
    rows = b"".join(b"va,%d,1\n" % (row * 7919 % 10_007) for row in range(9999))
    file = written(f"patients.csv.{suffix}", READ[suffix](b"hospital,age,sick\n" + rows)[:-20])
    with pytest.raises(DataError, match=rf"patients.csv.{suffix} cannot be read: .*Is the file complete"):
        scan(in_encoding("cp1252"), [file])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize(
    ("suffix", "pack"), [("bz2", bz2.compress), ("xz", lzma.compress), ("zip", zipped), ("", zipped)]
)
def test_other_compressions_are_refused_with_what_to_do(suffix, pack, encoding, written, in_encoding):
    file = written(f"patients.csv.{suffix}".rstrip("."), pack(TEXT.encode()))
    with pytest.raises(DataError, match=r"is not read, unlike gzip and zstd.*; gzip \S+patients(\.csv)?$"):
        scan(in_encoding(encoding), [file])


@pytest.mark.parametrize("suffix", READ)
def test_the_encoding_of_a_compressed_file_is_recognised(suffix, written):
    assert encoding_of([written(f"a.csv.{suffix}", READ[suffix](TEXT.encode("cp1252")))]) == WESTERN
    assert encoding_of([written(f"b.csv.{suffix}", READ[suffix](TEXT.encode()))]) == "utf-8"


def test_names_that_cannot_be_printed_are_escaped(written, in_encoding):
    file = written("patients.csv", b"\x01\x02,a\x9bb,c\n1,2,3\n")
    with pytest.raises(DataError) as refused:
        scan(in_encoding("latin-1"), [file])
    assert r"It has: \x01\x02, a\x9bb, c." in str(refused.value)
    assert printable("Zürich 東京") == "Zürich 東京"
