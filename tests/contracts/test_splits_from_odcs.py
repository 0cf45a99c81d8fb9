"""Declared splits."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

SPLIT = "by_hospital: {kind: column, columns: [hospital]}"


def test_reads_splits_in_order(edited):
    more = f"{SPLIT}\n          both: {{columns: [hospital, note], minRows: 50, holdOut: [va / x, 2013]}}"
    splits = edited((SPLIT, more)).splits
    assert list(splits) == ["by_hospital", "both"]
    assert splits["both"].columns == ("hospital", "note")
    assert splits["both"].min_rows == 50
    assert splits["both"].hold_out == ("va / x", "2013")


def test_environment_of_several_columns_is_null_where_one_is(edited):
    split = edited((SPLIT, "both: {columns: [hospital, age]}")).splits["both"]
    frame = pl.DataFrame({"hospital": ["va", None, "bonn"], "age": [1, 2, None]})
    found = frame.select(environment=split.environment())
    assert_frame_equal(found, pl.DataFrame({"environment": ["va / 1", None, None]}))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("by_hospital: {kind: cloumn, columns: [hospital]}", "unknown kind of split 'cloumn'"),
        ("by_hospital: {columns: [hopsital]}", "unknown column 'hopsital'; did you mean 'hospital'?"),
        ("by_hospital: {columns: []}", "at least 1 item"),
        ("by_hospital: {columns: hospital}", "valid tuple"),
        ("by_hospital: {columns: [hospital, hospital]}", "named twice"),
        ("by_hospital: {columns: [hospital], holdOut: [va, va]}", "held out twice"),
        ("by_hospital: {columns: [hospital], holdOut: [no]}", "use quotes"),
        ("by_hospital: {columns: [hospital], minRows: 0}", "greater than 0"),
        ("by_hospital: {columns: [hospital], minrows: 3}", "did you mean 'minRows'?"),
        ("by_hospital: {columns: [hospital], min_rows: 3}", "did you mean 'minRows'?"),
        ("by_hospital: {kind: column}", "lacks the key 'columns'"),
        ("by_hospital: [hospital]", "is a mapping"),
        ("../escape: {columns: [hospital]}", "letters, digits"),
    ],
)
def test_refuses(problems, new, told):
    (found,) = problems((SPLIT, new))
    assert told in found.sentence
    assert found.line == new


def test_refuses_no_splits(problems):
    (found,) = problems((f"value:\n          {SPLIT}", "value: {}"))
    assert "mapping from the name of a split" in found.sentence


def test_points_into_a_split_of_several_lines(problems):
    indent = "\n            "
    spread = f"by_hospital:{indent}columns:{indent}  - hospital{indent}  - agee"
    (found,) = problems((SPLIT, spread))
    assert found.line == "- agee"
