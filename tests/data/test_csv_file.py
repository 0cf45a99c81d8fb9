"""CSV files: no record is lost, filled or cut, and each has its line."""

import csv
import dataclasses
import io

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irm_core.contracts.names import LINE, ROW_UNREADABLE
from irm_core.data.csv_file import scan

HEADER = "hospital,age,sick\n"


def read(contract, path, text: str) -> pl.DataFrame:
    path.write_bytes(text.encode())
    return scan(contract(), [path]).collect(engine="streaming")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "patients.csv"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("va,1", "2 fields instead of 3: va,1"),
        ("va", "1 fields instead of 3: va"),
        ("va,1,1,", "4 fields instead of 3: va,1,1,"),
        ("va,1,1,x,y", "5 fields instead of 3: va,1,1,x,y"),
        ('"va,x",1', '2 fields instead of 3: "va,x",1'),
        ('va,"1"2,1', 'a quotation mark is out of place: va,"1"2,1'),
        ('va,"1,1', 'a quotation mark is out of place: va,"1,1'),
    ],
)
def test_a_record_with_other_fields_than_the_header_is_kept_whole_as_unreadable(
    record, reason, contract, file
):
    found = read(contract, file, f"{HEADER}va,1,1\n{record}\nva,2,0\n")
    assert found[ROW_UNREADABLE].to_list() == [None, reason, None]
    assert found[LINE].to_list() == [2, 3, 4]


@pytest.mark.parametrize(
    ("record", "values"),
    [
        ("va,1,1", ("va", "1", "1")),
        ("va,,", ("va", "", "")),
        (",,", ("", "", "")),
        (' va, 1,"1"', (" va", " 1", "1")),
        ('"va, ""x""",1,1', ('va, "x"', "1", "1")),
        ('"",1,1', ("", "1", "1")),
        ('5" pipe,1,1', ('5" pipe', "1", "1")),
        ('"a\nb",1,1', ("a\nb", "1", "1")),
        ('"a\n\nb","c\nd",1', ("a\n\nb", "c\nd", "1")),
        ('"a ""\nb"" c",1,1', ('a "\nb" c', "1", "1")),
        ("NA,null,NaN", ("NA", "null", "NaN")),
    ],
)
def test_values_are_what_the_file_says(record, values, contract, file):
    found = read(contract, file, f"{HEADER}{record}\nva,2,0\n")
    assert found.row(0)[:3] == values
    assert found.row(1)[:3] == ("va", "2", "0")
    assert found[LINE].to_list() == [2, 3 + record.count("\n")]
    assert found[ROW_UNREADABLE].null_count() == 2


def test_an_unclosed_quotation_mark_spoils_its_own_line_only(contract, file):
    others = "va,1,1\n" * 2000
    found = read(contract, file, f'{HEADER}va,"1,1\n{others}va,"2,1\n{others}')
    assert len(found) == 4002
    assert found.filter(pl.col(ROW_UNREADABLE).is_not_null())[LINE].to_list() == [2, 2003]


def test_empty_lines_hold_no_record_but_count(contract, file):
    found = read(contract, file, f"{HEADER}\nva,1,1\n\n\nva,2,1\n\n")
    assert found[LINE].to_list() == [3, 6]


def test_columns_without_a_name_may_be_many(contract, file):
    found = read(contract, file, "hospital,age,sick,,\nva,1,1,,\n")
    assert found.row(0)[:3] == ("va", "1", "1")


def test_windows_line_ends_are_no_part_of_a_value(contract, file):
    found = read(contract, file, "hospital,age,sick\r\nva,1,1\r\n")
    assert found.row(0)[:3] == ("va", "1", "1")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_read(delimiter, contract, file):
    declared = contract()
    declared = dataclasses.replace(declared, source=dataclasses.replace(declared.source, delimiter=delimiter))
    rows = [["hospital", "age", "sick"], [f"v{delimiter}a", "1", "1"], ["va", "2", "0"]]
    with file.open("w", newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)
    assert [row[:3] for row in scan(declared, [file]).collect().rows()] == [tuple(row) for row in rows[1:]]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=6) | st.sampled_from(
    ['"', '""', ",", "\n", '",', '\n"']
)


@given(
    rows=st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=8),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_as_csv_is_read_back(rows, quoting, contract, file):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(rows)
    found = read(contract, file, HEADER + out.getvalue())
    assert [row[:3] for row in found.rows()] == rows
    assert found[ROW_UNREADABLE].null_count() == len(rows)
