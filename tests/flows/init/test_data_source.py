"""The files that DATA names, and how they are written."""

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
    ],
)
def test_data_that_are_no_table_are_refused(data, status, told, here, light, init) -> None:
    Path("photo.png").write_bytes(b"x")
    said = init(light, data)
    assert (said.status, told in said.err) == (status, True)
