"""Polars' own reader and our splitting of lines give the same rows, whatever the file says."""

import gzip

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from irm_core.contracts.contract import Column
from irm_core.data.csv_bytes import is_plain
from irm_core.data.csv_native import flagged
from irm_core.data.prepared_rows import kept, lazy
from irm_core.errors import DataError

COLUMNS = (
    Column("hospital", "string", "environment", 11),
    Column("age", "number", "feature", 12),
    Column("sick", "integer", "label", 13),
    Column("day", "date", "ignore", 14),
    Column("fit", "boolean", "ignore", 15),
)
HEADER = "hospital,age,other,sick,day,fit"
NUMBERS = (
    "63", "63.0", "63.5", " 63", "63 ", "+1", "-0", "1e5", "1E5", "007", ".5", "5.", "0x1", "1_0", "--1",
    "inf", "-Infinity", "nan", "NaN", "-9", "-9.0", " -9", "9223372036854775808", "-9223372036854775808",
    "1e", "１", "9" * 30, "1e999", "1e-400", "0.1", "123456789.123456789", "1,5", "fifty",
)  # fmt: skip
WORDS = (
    "va",
    "",
    " ",
    "?",
    " ? ",
    "NA",
    "null",
    "\ufeff",
    "é",
    "2024-02-30",
    "2024-02-29",
    "yes",
    "TRUE",
    "\r",
)
ANYTHING = st.text(st.characters(codec="utf-8", exclude_characters='"\n'), max_size=5)
CELL = st.sampled_from(NUMBERS + WORDS) | ANYTHING
RECORD = st.lists(CELL, min_size=6, max_size=6) | st.lists(CELL, max_size=8)
PLAIN = ["va", "50", "x", "1", "2024-01-01", "yes"]


@given(
    records=st.lists(st.just(PLAIN) | RECORD, min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    ended=st.booleans(),
    size=st.sampled_from([1, 40, 1 << 20]),
)
@example(records=[PLAIN, [*PLAIN, ""], PLAIN], end="\n", ended=True, size=1 << 20)
@example(records=[PLAIN, PLAIN[:5], [*PLAIN, "more"]], end="\n", ended=True, size=1 << 20)
@example(records=[PLAIN, [], [""], PLAIN], end="\r\n", ended=False, size=1 << 20)
@example(records=[[], PLAIN, ["63"] * 6, ["63"], [], []], end="\n", ended=True, size=40)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_ways_of_reading_give_the_same_rows(records, end, ended, size, contract, tmp_path):
    file = tmp_path / "patients.csv"
    text = end.join([HEADER, ",".join(PLAIN), *(",".join(one) for one in records)]) + end * ended
    file.write_bytes(text.encode())
    declared = contract(columns=COLUMNS, missing_values=("?", "-9", "NA"))
    assert is_plain(file, "utf-8")
    assert_frame_equal(pl.concat(flagged(declared, file, size)), lazy(declared, [file]).collect())


def test_rows_that_are_kept_are_those_that_are_read_anew(contract, tmp_path):
    declared, files = contract(columns=COLUMNS[:3]), []
    for name, more in (("plain", "va,1,1\n" * 3), ("quoted", '"va",2,1\n'), ("bad", "va\nva,x,\n\nva,1,1\n")):
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text("hospital,age,sick\n" + more)
    found = kept(declared, files, tmp_path / "rows")
    assert_frame_equal(found.collect(), lazy(declared, files).collect())


@pytest.mark.parametrize(
    ("content", "encoding", "plain"),
    [
        (b"a,b\n1,2\n", "utf-8", True),
        (b'a,b\n1,"2"\n', "utf-8", False),
        ("é,b\n".encode(), "utf-8", True),
        ("é,b\n".encode("cp1252"), "utf-8", False),
        ("é".encode()[:1], "utf-8", False),
        (b"a,b\n", "cp1252", False),
        (b"x" * ((1 << 20) - 1) + "é,b\n".encode(), "utf-8", True),
        (b"x" * ((1 << 20) - 1) + b'"', "utf-8", False),
    ],
)
def test_plain_files_are_utf_8_without_a_quotation_mark(content, encoding, plain, tmp_path):
    (tmp_path / "p.csv").write_bytes(content)
    assert is_plain(tmp_path / "p.csv", encoding) == plain


def test_a_compressed_file_without_rows_beside_one_with_rows_is_no_error(contract, tmp_path):
    declared, files = contract(columns=COLUMNS[:3]), [tmp_path / "a.csv.gz", tmp_path / "b.csv"]
    files[0].write_bytes(gzip.compress(b"hospital,age,sick\n"))
    files[1].write_text("hospital,age,sick\nva,1,1\n")
    assert kept(declared, files, tmp_path / "rows").collect().height == 1
    with pytest.raises(DataError, match="not one row"):
        kept(declared, files[:1], tmp_path / "others")
