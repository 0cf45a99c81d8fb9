"""JSON lines: what each key says, as text; no line is lost."""

import dataclasses
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from irm_core.contracts.names import LINE, ROW_UNREADABLE
from irm_core.data.ndjson_file import _path, columns, scan
from irm_core.errors import DataError

FIRST = '{"hospital": "va", "age": 1, "sick": 0}\n'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "patients.ndjson"


def read(contract, file, text: str) -> pl.DataFrame:
    file.write_bytes(text.encode())
    return scan(contract(), [file]).collect(engine="streaming")


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ('{"sick": 1, "age": 2.5, "hospital": "zh"}', ("zh", "2.5", "1")),
        ('{"hospital": "a \\"b\\"", "age": null}', ('a "b"', None, None)),
        ('{"hospital": "é\\u00e9", "age": "", "sick": true}', ("éé", "", "true")),
        ('{"hospital": {"x": 1}, "age": [1], "sick": 1}', ('{"x":1}', "[1]", "1")),
        ("{}", (None, None, None)),
    ],
)
def test_values_are_what_the_line_says(line, values, contract, file):
    found = read(contract, file, f"{FIRST}{line}\n")
    assert found.select("hospital", "age", "sick").row(1) == values
    assert found[ROW_UNREADABLE].to_list() == [None, None]
    assert found[LINE].to_list() == [1, 2]


@pytest.mark.parametrize("line", ['{"age": 1', "[1]", "12", "va,1,1", '"text"'])
def test_a_line_that_is_no_object_is_kept_whole_as_unreadable(line, contract, file):
    found = read(contract, file, f"{FIRST}{line}\n{FIRST}")
    assert found[ROW_UNREADABLE].to_list() == [None, f"not a JSON object: {line}", None]
    assert found["age"].to_list() == ["1", None, "1"]


def test_empty_lines_and_a_byte_order_mark_are_no_data(contract, file):
    found = read(contract, file, f"\ufeff{FIRST}\n  \n{FIRST}")
    assert found[LINE].to_list() == [1, 4]
    assert found[ROW_UNREADABLE].null_count() == 2


def test_a_declared_column_that_no_line_has_is_refused_by_name(contract, file):
    with pytest.raises(DataError, match="has no column 'age'"):
        read(contract, file, '{"hospital": "va", "sick": 1}\n')


def test_the_columns_are_the_keys_of_all_first_lines(contract, file):
    file.write_text('{"b": 1}\n{broken\n{"a": 1, "b": 2}\n')
    assert columns(contract(), file) == ["b", "a"]


@pytest.mark.parametrize("key", ["a\\b", "a'\""])
def test_a_key_that_no_path_names_is_refused(key, contract, file):
    column = dataclasses.replace(contract().columns[0], name=key)
    file.write_text(json.dumps({key: 1, "hospital": 1, "age": 1, "sick": 1}))
    declared = dataclasses.replace(contract(), columns=(column, *contract().columns))
    with pytest.raises(DataError, match="has a backslash"):
        scan(declared, [file])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(key="''", value="")
@example(key='"]', value="")
@given(
    key=st.text(st.characters(exclude_characters="\\"), min_size=1).filter(
        lambda key: not {"'", '"'} <= set(key)
    ),
    value=st.text(),
)
def test_any_key_finds_its_own_value(key, value):
    line = json.dumps({key: value, key + "x": "other"}, ensure_ascii=False)
    found = pl.select(pl.lit(line).str.json_path_match(_path(key))).item()
    assert found == value
