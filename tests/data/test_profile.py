"""Profile: what every column of raw data is found to be."""

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irm_core.contracts.contract import Source
from irm_core.contracts.notation import Notation
from irm_core.data.profile import profile


@pytest.fixture
def found(tmp_path):
    """The profile of columns of texts, written as CSV."""

    def found(columns, delimiter=","):
        path = tmp_path / "table.csv"
        pl.DataFrame(columns, dict.fromkeys(columns, pl.String)).write_csv(
            path, separator=delimiter, quote_style="always"
        )
        return profile(Source(str(path), "csv", delimiter, "", 1), [path])

    return found


def notation(logical_type, **more):
    return Notation(logical_type, **more)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", "2", "-3"], notation("integer")),
        (["1", "2.0"], notation("integer")),
        (["1", "2.5"], notation("number")),
        (["1e3", "nan"], notation("number")),
        (["1", "NaN"], notation("number")),
        (["007", "123"], notation("string")),
        (["12345678901234567", "12345678901234568"], notation("string")),
        (["yes", "no"], notation("boolean")),
        (["0", "1"], notation("integer")),
        (["yes", "no", "maybe"], notation("string")),
        (["", " "], notation("string")),
        (["2024-02-29", "2024-01-01"], notation("date")),
        (["20240131", "20231201"], notation("date", format="yyyyMMdd")),
        (["20240131", "20241301"], notation("integer")),
        (["2024-02-29 10:00", "2024-01-01"], notation("timestamp")),
        (["31/01/2024", "01/02/2024"], notation("date", format="dd/MM/yyyy")),
        (["01/31/2024", "02/01/2024"], notation("date", format="MM/dd/yyyy")),
        (["31.1.2024", "01.02.2024"], notation("date", format="d.M.yyyy")),
        (["2024/01/31", "2024/02/01"], notation("date", format="yyyy/MM/dd")),
        (["31-01-2024", "01-02-2024"], notation("date", format="dd-MM-yyyy")),
        (["31/01/2024 09:05", "01/02/2024 10:00"], notation("timestamp", format="dd/MM/yyyy HH:mm")),
        (["31.1.2024 9:05:01", "1.2.2024 10:00:00"], notation("timestamp", format="d.M.yyyy H:mm:ss")),
        (["31/01/24", "01/02/24"], notation("string")),
    ],
)
def test_types_and_formats_follow_from_the_values(texts, expected, found):
    assert found({"x": texts, "other": ["a"] * len(texts)}).columns["x"].notation == expected


def test_a_few_values_of_another_type_are_errors_and_many_make_a_text(found):
    numbers = [str(one) for one in range(38)]
    few = found({"x": [*numbers, "many", "few"]}).columns["x"]
    assert (few.logical_type, few.unreadable, few.distinct) == ("integer", 2, 38)
    assert found({"x": [*numbers, "many", "few", "none"]}).columns["x"].logical_type == "string"
    halves = found({"x": [*numbers, "0.5", "many"]}).columns["x"]
    assert (halves.logical_type, halves.unreadable) == ("number", 1)
    assert found({"x": [*["yes", "no"] * 20, "maybe"]}).columns["x"].logical_type == "string"


def test_a_decimal_comma_is_found_where_it_parts_no_fields(found):
    columns = {"x": ["1,5", "2"], "y": ["0,1", "0,2"], "n": ["1", "2"]}
    with_semicolons = found(columns, ";")
    assert with_semicolons.source.decimal == ","
    assert {one.notation.decimal for one in with_semicolons.columns.values()} == {","}
    with_commas = found(columns)
    assert with_commas.source.decimal == "."
    assert with_commas.columns["x"].logical_type == "string"


def test_the_decimal_mark_is_that_of_most_columns(found):
    assert found({"x": ["1,5"], "y": ["0.1"], "z": ["0.2"]}, ";").source.decimal == "."
    assert found({"x": ["1,5"], "y": ["0,1"], "z": ["0.2"]}, ";").source.decimal == ","


@pytest.mark.parametrize(("text", "other"), [("03/04/2024", "MM/dd/yyyy"), ("3/4/2024", "M/d/yyyy")])
def test_day_and_month_that_could_be_swapped_are_told(text, other, found):
    assert found({"x": [text, text]}).columns["x"].otherwise == other
    assert found({"x": [text, "31/12/2024"]}).columns["x"].otherwise is None
    assert found({"x": [text.replace("/", ".")]}).columns["x"].otherwise is None


@pytest.mark.parametrize(
    ("texts", "like"),
    [
        (["31/01/24", "01/02/24"], "dates"),
        (["1.234,5", "20.000"], "amounts"),
        (["10 %", "5%"], "amounts"),
        (["€ 10", "5.50 €"], "amounts"),
        (["1.2 kg", "300 g"], "amounts"),
        (["5mg", "10mg"], "amounts"),
        (["1a", "2b"], ""),
        ([f"1 {unit}" for unit in "abcdefg"], ""),
        (["a", "b"], ""),
        (["1", "2"], ""),
    ],
)
def test_what_looks_like_something_and_is_not_read_is_told(texts, like, found):
    assert found({"x": texts}).columns["x"].like == like


@pytest.mark.parametrize(
    ("columns", "markers"),
    [
        ({"x": ["1", "NA"], "t": ["a", "b"]}, ("NA",)),
        ({"x": ["1", "-"], "t": ["a", "b"]}, ("-",)),
        ({"x": ["1", "-"], "t": ["+", "-"]}, ()),
        ({"t": ["NA", "DE"]}, ()),
        ({"t": ["a", "?"]}, ("?",)),
        ({"x": ["0", "1", "-9", "-9"]}, ("-9",)),
        ({"x": ["0", "1", "-9"]}, ()),
        ({"x": ["-1", "1", "-9", "-9"]}, ()),
        ({"x": ["0", "1", "-9", "-9"], "y": ["-9", "-8", "0", "1"]}, ()),
        ({"x": ["0", "1", "-9", "-9"], "t": ["-9", "a", "b", "c"]}, ()),
        ({"x": ["0.5", "1", "-9.0", "-9.0", "-9"]}, ("-9", "-9.0")),
        ({"x": ["0", "100", "999", "999"]}, ("999",)),
        ({"x": ["0", "600", "999", "999"]}, ()),
        ({"x": ["1", "2", "-9", "-9", "-99", "-99"]}, ("-9", "-99")),
    ],
)
def test_markers_for_missing_values(columns, markers, found):
    made = found(columns)
    assert made.missing_values == markers
    if markers and "x" in columns:
        assert made.columns["x"].missing > 0
        assert made.columns["x"].low >= 0


def test_whole_numbers_that_are_dates_are_dates_in_typed_files_too(tmp_path):
    path = tmp_path / "table.parquet"
    pl.DataFrame({"day": [20240131, 20231201], "n": [20240131, 5]}).write_parquet(path)
    made = profile(Source(str(path), "parquet", ",", "", 1), [path])
    assert (made.columns["day"].low, made.columns["day"].high) == (date(2023, 12, 1), date(2024, 1, 31))
    assert made.columns["n"].logical_type == "integer"


def test_rows_that_are_kept_have_the_same_profile(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('x,day,t\n1,2024-01-31,"a\nb"\nNA,2024-02-01,c\n3,2024-02-02\n')
    source = Source(str(path), "csv", ",", "", 1)
    found = profile(source, [path], tmp_path)
    path.unlink()
    assert found.scanned.collect().height == 3
    path.write_text('x,day,t\n1,2024-01-31,"a\nb"\nNA,2024-02-01,c\n3,2024-02-02\n')
    assert found == profile(source, [path])


def test_values_are_listed_where_they_are_few(found):
    made = found({"x": ["b", "a", "", "a"], "y": ["2", "1", "3", "1"]})
    assert (made.columns["x"].values, made.columns["x"].missing) == (("a", "b"), 1)
    assert made.columns["x"].times == (2, 1)
    y = made.columns["y"]
    assert (y.values, y.low, y.high, y.distinct) == ((1, 2, 3), 1, 3, 3)
    assert found({"x": [str(one) for one in range(51)]}).columns["x"].values == ()


def test_torn_records_and_names_that_cannot_be_are_told(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("x,_file,,*\n1,2,3,4\n1,2\n")
    made = profile(Source(str(path), "csv", ",", "", 1), [path])
    assert (made.rows, made.torn, list(made.columns)) == (2, 1, ["x"])
    assert set(made.undeclarable) == {"_file", "", "*"}


def test_typed_columns_keep_their_types(tmp_path):
    path = tmp_path / "table.parquet"
    pl.DataFrame(
        {
            "whole": [1.0, None, 2.0],
            "number": [0.5, float("nan"), 1.0],
            "flag": [True, False, None],
            "day": [date(2024, 1, 1)] * 3,
            "moment": [datetime(2024, 1, 1, 9)] * 3,
            "kind": pl.Series(["a", "b", "a"], dtype=pl.Categorical),
            "nested": [[1], [2], [3]],
        }
    ).write_parquet(path)
    made = profile(Source(str(path), "parquet", ",", "", 1), [path])
    types = {name: one.logical_type for name, one in made.columns.items()}
    assert types == {
        "whole": "integer", "number": "number", "flag": "boolean", "day": "date", "moment": "timestamp",
        "kind": "string",
    }  # fmt: skip
    assert (made.columns["number"].missing, made.columns["whole"].missing) == (1, 1)
    assert list(made.undeclarable) == ["nested"]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([st.integers(-(2**53), 2**53), st.floats(-1e9, 1e9), st.dates(date(1000, 1, 1))]).flatmap(
        lambda values: st.lists(values, min_size=1, max_size=30)
    )
)
def test_every_value_is_read_back_or_told_missing(found, values):
    made = found({"x": [str(one) for one in values]}).columns["x"]
    if made.logical_type == "string":  # long numbers, and those with leading zeros, are taken for codes
        assert not isinstance(values[0], date)
        assert any(len(str(one).lstrip("-")) >= 16 for one in values)
        return
    assert made.unreadable == 0
    if made.missing == 0:
        assert (made.low, made.high, made.distinct) == (min(values), max(values), len(set(values)))
