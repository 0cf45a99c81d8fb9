"""What stands for a missing value is the same in text and in Parquet."""

from datetime import date

import polars as pl
import pytest

from irm_core.contracts.contract import Column
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, unreadable
from irm_core.contracts.notation import Notation
from irm_core.data.preparation import prepare, value
from irm_core.data.schema import ModelSchema

MISSING = ("?", "-9", "2.5")
SIGNS = ["-9", "-9.0", " -9.00", "-9e0", "2.5", "2.50", "?", "NaN", "nan", ""]


def read(texts, kind, missing=MISSING, decimal="."):
    there, typed = value(pl.col("x"), pl.String(), Notation(kind, decimal), missing)
    lost = there.is_not_null() & typed.is_null()
    frame = pl.DataFrame({"x": texts}, {"x": pl.String})
    return frame.select(typed.alias("typed"), lost.alias("lost")).rows()


@pytest.mark.parametrize("kind", ["number", "integer", "boolean", "date", "timestamp"])
@pytest.mark.parametrize("sign", SIGNS)
def test_outside_text_a_sign_is_missing_however_it_is_written(sign, kind):
    assert read([sign], kind) == [(None, False)]


@pytest.mark.parametrize("sign", ["-9.0", "2.50", "NaN"])
def test_in_text_a_sign_is_what_it_says(sign):
    assert read([sign, "-9"], "string") == [(sign, False), (None, False)]


@pytest.mark.parametrize(
    ("kind", "text", "typed"),
    [
        ("number", "-9.5", -9.5),
        ("integer", "9", 9),
        ("boolean", "1", True),
        ("date", "2024-01-02", date(2024, 1, 2)),
    ],
)
def test_what_is_no_sign_is_there(kind, text, typed):
    assert read([text], kind) == [(typed, False)]


def test_with_a_decimal_comma_too():
    assert read(["-9,0", "2,5", "2,6"], "number", decimal=",") == [(None, False), (None, False), (2.6, False)]


@pytest.mark.parametrize("kind", ["number", "integer"])
def test_the_same_table_has_the_same_verdicts_in_text_and_in_numbers(kind, contract):
    numbers = pl.Series("age", [1.0, -9.0, 2.5, 3.0, float("nan"), None, 9.0])
    columns = (Column("hospital", "string", "environment", 11), Column("age", kind, "feature", 12))
    declared = contract(columns=columns, missing_values=MISSING)
    found = []
    for ages in (numbers, numbers.cast(pl.Float32), numbers.cast(pl.String)):
        frame = pl.DataFrame({"hospital": "va", "age": ages, FILE: "p", LINE: 2})
        raw = frame.with_columns(pl.lit(None, pl.String).alias(ROW_UNREADABLE))
        found.append(prepare(raw.lazy(), declared).select("age", unreadable("age")).collect().rows())
    assert found[0] == found[1] == found[2]
    assert [age for age, _ in found[0]] == [1, None, None, 3, None, None, 9]


@pytest.mark.parametrize("dtype", [pl.Int64, pl.UInt8, pl.Int16])
def test_a_sign_that_a_type_cannot_hold_is_in_no_column_of_it(dtype, contract):
    there, _ = value(pl.col("x"), dtype(), Notation("integer"), ("-9", "2.5", "7.0"))
    assert pl.DataFrame({"x": [7, 2]}, {"x": dtype}).select(there).to_series().to_list() == [None, 2]


def test_a_columns_own_signs_stand_instead_of_the_contracts(contract):
    columns = (
        Column("hospital", "string", "environment", 11),
        Column("age", "number", "feature", 12, missing_values=("999",)),
        Column("sick", "integer", "label", 13),
    )
    declared = contract(columns=columns, missing_values=("-9",))
    frame = pl.DataFrame({"hospital": "va", "age": ["-9", "999"], "sick": ["-9", "999"], FILE: "p", LINE: 2})
    raw = frame.with_columns(pl.lit(None, pl.String).alias(ROW_UNREADABLE)).lazy()
    assert prepare(raw, declared).select("age", "sick").collect().rows() == [(-9.0, None), (None, 999)]
    schema = ModelSchema.model_validate_json(ModelSchema.of(declared).model_dump_json())
    assert schema.read(frame).rows() == [(-9.0,), (None,)]
