"""What repeats is found by hashes, and judged by values."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from irm_core.data import repeats

VALUES = {
    "floats": [0.0, -0.0, float("nan"), -float("nan"), 1.5, None, None],
    "integers": [1, 2, 1, 3, 4, None, None],
    "texts": ["a", "b", "", "", "ü", None, None],
    "dates": [date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 1), None, date(1900, 1, 1), None, None],
    "decimals": [Decimal("1.10"), Decimal("1.1"), Decimal(2), None, Decimal(3), None, None],
    "booleans": [True, False, True, None, None, None, None],
}
ROW = "row"


def rows_that_repeat(values: pl.DataFrame, judged: pl.Expr) -> list[int]:
    """Their numbers, by way of the hashes."""
    frame = values.lazy().with_row_index(ROW)
    found = repeats.repeated(frame, values.columns, judged).collect()
    alike = repeats.among(frame, values.columns, judged, found)
    return alike.filter(pl.struct(values.columns).is_duplicated()).collect()[ROW].to_list()


def expected(values: pl.DataFrame, judged: pl.Expr) -> list[int]:
    return (
        values.with_row_index(ROW)
        .filter(judged)
        .filter(pl.struct(values.columns).is_duplicated())[ROW]
        .to_list()
    )


@pytest.mark.parametrize("name", VALUES)
def test_values_that_are_equal_repeat_whatever_their_type(name):
    frame = pl.DataFrame({name: VALUES[name]}, strict=False)
    present = pl.col(name).is_not_null()
    assert rows_that_repeat(frame, present) == expected(frame, present)
    assert rows_that_repeat(frame, pl.lit(True)) == expected(frame, pl.lit(True))


def test_several_columns_repeat_together():
    frame = pl.DataFrame({"x": [1, 1, 1, None, None], "s": ["a", "b", "a", "a", "a"]})
    assert rows_that_repeat(frame, pl.lit(True)) == [0, 2, 3, 4]


def test_of_equal_hashes_the_values_decide(monkeypatch):
    monkeypatch.setattr(repeats, "_hash", lambda keys: (pl.struct(keys).hash() % 3).alias(repeats.HASH))
    frame = pl.DataFrame({"x": [*range(100), 7, 7, 99]})
    assert rows_that_repeat(frame, pl.lit(True)) == [7, 99, 100, 101, 102]


def test_where_nothing_repeats_no_row_is_read_again():
    frame = pl.LazyFrame({"x": range(100)})
    found = repeats.repeated(frame, ["x"], pl.lit(True)).collect()
    assert repeats.among(frame, ["x"], pl.lit(True), found).collect().is_empty()


def test_rows_that_are_not_judged_repeat_nothing():
    frame = pl.DataFrame({"x": [None, None, 1, 2, 1]})
    assert rows_that_repeat(frame, pl.col("x").is_not_null()) == [2, 4]
