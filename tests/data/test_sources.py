"""Finding and scanning raw data: what is refused before any row is read."""

import dataclasses
import gzip
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from irm_core.contracts.contract import Source
from irm_core.contracts.names import FILE, LINE
from irm_core.data.columns import undeclared
from irm_core.data.prepared_rows import kept
from irm_core.data.sources import find, raw_columns, scan
from irm_core.errors import DataError


def source(path: object, data_format: str = "csv") -> Source:
    return Source(str(path), data_format, ",", "", 5)


def test_a_pattern_finds_its_files_sorted(tmp_path):
    for name in ("b.csv", "a.csv", "c.txt"):
        (tmp_path / name).touch()
    assert find(source(tmp_path / "*.csv")) == [tmp_path / "a.csv", tmp_path / "b.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_found(tmp_path):
    (tmp_path / "a[1].csv").touch()
    assert find(source(tmp_path / "a[1].csv")) == [tmp_path / "a[1].csv"]


@pytest.mark.parametrize("path", ["none.csv", "*.csv", "."])
def test_nothing_found_is_an_error_that_names_path_and_folder(path, tmp_path):
    with pytest.raises(DataError, match=r"No file is at .* folder/\*\.csv"):
        find(source(tmp_path / path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "first line is empty"),
        ("\nhospital,age,sick\n", "first line is empty"),
        ("hospital,age\nva,1\n", "no column 'sick', which patients.odcs.yaml:13 declares"),
        ("hospital,age,Sick\nva,1,1\n", "Is it 'Sick'?"),
        ("hospital,age,sick,age\nva,1,1,2\n", "'age' more than once"),
        ("hospital;age;sick\nva;1;1\n", "separate its columns by ';', not by ','.*patients.odcs.yaml:5"),
        ("hospital,age,sick\n", "not one row"),
        ("hospital,age,sick\n\n\n", "not one row"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(content, message, contract, tmp_path):
    file = tmp_path / "patients.csv"
    file.write_text(content)
    with pytest.raises(DataError, match=f"(?s)patients.csv.*{message}"):
        scan(contract(), [file])


def test_folders_name_columns_of_csv_as_of_parquet(contract, tmp_path):
    frames = []
    for kind in ("csv", "parquet"):
        file = tmp_path / kind / "hospital=va%20east" / f"a.{kind}"
        file.parent.mkdir(parents=True)
        rows = pl.DataFrame({"age": ["1", "2"], "sick": ["0", "1"]})
        rows.write_csv(file) if kind == "csv" else rows.write_parquet(file)
        declared = dataclasses.replace(contract(), source=source(file, kind))
        frames += [scan(declared, [file]).collect().drop(FILE, LINE), *_prepared(declared, file, tmp_path)]
    assert_frame_equal(frames[0], frames[2])
    assert_frame_equal(frames[1], frames[3])
    assert frames[0]["hospital"].to_list() == ["va east"] * 2


def _prepared(declared, file, folder):
    yield kept(declared, [file], folder / "kept").collect().select("hospital", "age", "sick")


def test_text_that_is_not_utf_8_is_refused_with_its_line(contract, tmp_path):
    file = tmp_path / "latin.csv"
    file.write_bytes("hospital,age,sick\nva,1,1\nZürich,2,1\n".encode("latin1"))
    with pytest.raises(DataError, match=r"latin.csv cannot be read: it is not UTF-8 \(line 3\).*iconv"):
        scan(contract(), [file])


def test_a_cut_archive_is_refused_by_name(contract, tmp_path):
    file = tmp_path / "patients.csv.gz"
    file.write_bytes(gzip.compress(b"hospital,age,sick\n" + b"va,1,1\n" * 9999)[:-20])
    with pytest.raises(DataError, match=r"patients.csv.gz cannot be read"):
        scan(contract(), [file])


def test_a_byte_order_mark_is_no_part_of_the_first_name(contract, tmp_path):
    file = tmp_path / "patients.csv"
    file.write_bytes(b"\xef\xbb\xbfhospital,age,sick\nva,1,1\n")
    assert scan(contract(), [file]).collect()["hospital"].to_list() == ["va"]


def test_columns_keep_the_contracts_order_and_others_are_listed(contract, tmp_path):
    (tmp_path / "a.csv").write_text("sick,note,age,hospital\n1,x,50,va\n")
    (tmp_path / "b.csv").write_text("hospital,age,sick,extra\nva,60,0,y\n")
    files = find(source(tmp_path / "*.csv"))
    found = scan(contract(), files).collect()
    assert found.columns[:3] == ["hospital", "age", "sick"]
    assert found["age"].to_list() == ["50", "60"]
    columns = raw_columns(contract(), files)
    assert undeclared(contract(), columns) == ("note", "extra")
    assert set(columns) == {"hospital", "age", "sick", "note", "extra"}


def test_files_and_lines_are_right_per_file_also_compressed(contract, tmp_path):
    (tmp_path / "a.csv").write_text("hospital,age,sick\nva,1,1\nva,2,1\n")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(b"hospital,age,sick\nva,3,1\n"))
    files = find(source(tmp_path / "*.csv*"))
    expected = pl.DataFrame({FILE: [str(files[0])] * 2 + [str(files[1])], LINE: [2, 3, 2]})
    assert_frame_equal(scan(contract(), files).select(FILE, LINE).collect(), expected)


def parquet(contract, path: Path, frame: pl.DataFrame):
    frame.write_parquet(path)
    return contract(source=source(path, "parquet"))


def test_parquet_keeps_its_types_and_counts_rows_from_one(contract, tmp_path):
    frame = pl.DataFrame({"hospital": ["va", "zh"], "sick": [1, 0], "age": [1.5, None]})
    found = scan(parquet(contract, tmp_path / "p.parquet", frame), [tmp_path / "p.parquet"]).collect()
    assert_frame_equal(found.select("hospital", "sick", "age"), frame)
    assert found[LINE].to_list() == [1, 2]


def test_parquet_files_whose_types_differ_are_read_together(contract, tmp_path):
    for name, ages in (("a", [1]), ("b", [1.5])):
        frame = pl.DataFrame({"hospital": ["va"], "sick": [1], "age": ages})
        declared = parquet(contract, tmp_path / f"{name}.parquet", frame)
    found = scan(declared, [tmp_path / "a.parquet", tmp_path / "b.parquet"]).collect()
    assert found["age"].to_list() == [1.0, 1.5]


def test_folders_of_parquet_files_name_columns(contract, tmp_path):
    for hospital in ("va", "7"):
        folder = tmp_path / f"hospital={hospital}"
        folder.mkdir()
        declared = parquet(contract, folder / "part.parquet", pl.DataFrame({"sick": [1], "age": [1.0]}))
    found = scan(declared, sorted(tmp_path.glob("*/*.parquet"))).collect()
    assert found["hospital"].to_list() == ["7", "va"]


def test_truncated_parquet_is_refused_by_name(contract, tmp_path):
    file = tmp_path / "p.parquet"
    declared = parquet(contract, file, pl.DataFrame({"hospital": ["va"], "sick": [1], "age": [1.0]}))
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(DataError, match=r"p.parquet cannot be read"):
        scan(declared, [file])


def test_parquet_without_a_declared_column_is_refused_by_name(contract, tmp_path):
    declared = parquet(contract, tmp_path / "p.parquet", pl.DataFrame({"hospital": ["va"], "sick": [1]}))
    with pytest.raises(DataError, match=r"p.parquet has no column 'age'"):
        scan(declared, [tmp_path / "p.parquet"])
