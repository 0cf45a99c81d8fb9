"""The files that DATA names, and how they are written."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest


def test_a_folder_of_parquet_files_without_their_nested_columns(here, contract_of, sizes) -> None:
    Path("parts").mkdir()
    for place in range(3):
        frame = pl.DataFrame({"x": range(place, place + 40), "y": [0.5 * one for one in range(40)]})
        frame.with_columns(
            site=pl.lit("abc"[place]), when=pl.date(2020, 1, 1), list=pl.lit([1, 2]), flag=pl.col("x") > 10
        ).write_parquet(f"parts/{place}.parquet")
    contract, made = contract_of("parts", target="y")
    assert (contract.name, contract.source.format, made.profile.rows) == ("parts", "parquet", 120)
    assert "list" in made.profile.undeclarable
    assert sizes(contract) == {"a": 40, "b": 40, "c": 40}


def test_what_is_not_utf_8_is_taken_for_windows_1252(
    here, light, rows, table, init, contract_of, sizes
) -> None:
    text = table(rows(), ";").replace("north", "„Süd“").encode("cp1252")
    Path("west.csv").write_bytes(text)
    assert "taken for windows-1252" in init(light, "west.csv").out
    contract, made = contract_of("west.csv")
    assert set(sizes(contract)) == {"Köln", "„Süd“", "east: 2", "west, end"} == set(made.environments.sizes)
    assert light("check", "west.odcs.yaml").status == 0


def test_files_in_two_encodings_are_refused(here, light, rows, table, init) -> None:
    Path("parts").mkdir()
    for name, encoding in (("a", "utf-8"), ("b", "cp1252"), ("c", "utf-16")):
        Path(f"parts/{name}.csv").write_bytes(table(rows()).encode(encoding))
    assert "c.csv is in UTF-16" in init(light, "parts").err
    Path("parts/c.csv").unlink()
    said = init(light, "parts")
    assert (said.status, "a.csv is in UTF-8 and parts/b.csv is not" in said.err) == (3, True)


def test_lines_of_json_are_a_table_too(here, rows, contract_of, sizes) -> None:
    frame = pl.DataFrame(rows())
    frame.write_ndjson("lines.jsonl")
    contract, made = contract_of("lines.jsonl")
    assert contract.source.format == "ndjson"
    assert (
        sizes(contract)
        == made.environments.sizes
        == dict.fromkeys(["Köln", "east: 2", "north", "west, end"], 60)
    )


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [
        ("nowhere.csv", 3, "No file is at nowhere.csv"),
        ("photo.png", 2, "a contract is about files of one of them"),
        ("sheet.xlsx", 2, "Save as, CSV UTF-8."),
        ("array.json", 2, "Write one object per line, which is NDJSON"),
        ("sheets", 2, "Save as, CSV UTF-8."),
    ],
)
def test_data_that_are_no_table_are_refused_with_a_remedy(data, status, told, here, light, init) -> None:
    Path("sheets").mkdir()
    for name in ("photo.png", "sheet.xlsx", "array.json", "sheets/a.xlsx"):
        Path(name).write_bytes(b"x")
    said = init(light, data)
    assert (said.status, told in " ".join(said.err.split())) == (status, True)


@pytest.mark.parametrize(
    ("name", "delimiter"), [("a.dat", "|"), ("a.txt", ";"), ("a.csv.gz", ","), ("a.dat.gz", "\t")]
)
def test_text_with_a_delimiter_is_a_table_whatever_its_name(
    name, delimiter, here, rows, table, contract_of, sizes
) -> None:
    written = table(rows(), delimiter).encode()
    Path(name).write_bytes(gzip.compress(written) if name.endswith(".gz") else written)
    contract, made = contract_of(name)
    assert (contract.name, contract.source.delimiter) == ("a", delimiter)
    assert sizes(contract) == made.environments.sizes


def test_folders_of_csv_that_name_a_column_are_its_environments(
    here, light, init, contract_of, sizes
) -> None:
    for name in ("north", "south", "D%C3%BCren"):
        Path(f"hive/site={name}").mkdir(parents=True)
        frame = pl.DataFrame({"x": range(0, 80, 2), "y": [0.5 * one for one in range(40)]})
        frame.write_csv(f"hive/site={name}/data.csv")
    contract, made = contract_of("hive", target="y")
    assert sizes(contract) == made.environments.sizes == {"Düren": 40, "north": 40, "south": 40}
    assert init(light, "hive", target="y").status == 0
    assert light("check", "hive.odcs.yaml").status == 0


def test_files_that_are_called_after_their_site_are_told_what_to_do(here, light, rows, table, init) -> None:
    Path("hosp").mkdir()
    for name in ("east", "north", "west"):
        Path(f"hosp/{name}.csv").write_text(table(rows()))
    said = init(light, "hosp", environment="clinic")
    told = " ".join(said.err.split())
    assert said.status == 2
    assert "(east.csv, north.csv, west.csv), let a folder name the column: move hosp/east.csv" in told
    assert "to hosp/clinic=east/east.csv, and the others likewise" in told


def test_objects_and_lists_in_json_are_left_out_and_it_is_said(here, light, rows, init, contract_of) -> None:
    lines = (json.dumps(row | {"p": {"z": 1.2, "q": [1, 2]}, "tags": ["a"]}) for row in rows())
    Path("lines.ndjson").write_text("\n".join(lines))
    contract, made = contract_of("lines.ndjson")
    assert set(made.profile.undeclarable) == {"p", "tags"}
    assert not {"p", "tags"} & {one.name for one in contract.columns}
    assert "'p': it holds objects or lists" in init(light, "lines.ndjson").out


def test_a_column_that_is_not_in_all_files_is_left_out_and_it_is_said(here, light, rows, table, init) -> None:
    Path("parts").mkdir()
    for name in ("a", "b", "c"):
        written = [row | {"extra": 1} for row in rows()] if name == "c" else rows()
        Path(f"parts/{name}.csv").write_text(table(written))
    said = init(light, "parts")
    assert "'extra': it is in 1 of 3 files only; parts/a.csv lacks it." in said.out
    assert "Left out: 'extra'" in Path("parts.odcs.yaml").read_text()
    refused = init(light, "parts", "--force", environment="extra")
    assert (refused.status, "it is in 1 of 3 files only" in " ".join(refused.err.split())) == (2, True)
