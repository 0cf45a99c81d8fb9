"""Preparation: typed, raw and unreadable, side by side."""

import numpy as np
import polars as pl
import pytest

from irm_core.contracts.contract import Column
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, raw, unreadable
from irm_core.contracts.notation import Notation
from irm_core.data.preparation import prepare, value


def scanned(ages: pl.Series) -> pl.LazyFrame:
    frame = pl.DataFrame({"hospital": "va", "age": ages, "sick": "1", FILE: "p.csv", LINE: 2}, strict=False)
    return frame.with_columns(pl.lit(None, pl.String).alias(ROW_UNREADABLE)).lazy()


def ages(contract, values) -> list[tuple]:
    prepared = prepare(scanned(pl.Series(values, strict=False)), contract(missing_values=("?", "-9")))
    return prepared.select("age", raw("age"), unreadable("age")).collect().rows()


@pytest.mark.parametrize(
    ("said", "typed", "lost"),
    [
        ("50", 50.0, None),
        ("", None, None),
        (" ", None, None),
        (" ? ", None, None),
        ("-9", None, None),
        ("NaN", None, None),
        ("fifty", None, "fifty"),
        ("inf", None, "inf"),
        (None, None, None),
    ],
)
def test_text_is_typed_missing_or_unreadable_and_always_kept(said, typed, lost, contract):
    assert ages(contract, ["1", said])[1] == (typed, said, lost)


@pytest.mark.parametrize(
    ("said", "typed", "lost"),
    [(50.5, 50.5, None), (-9.0, None, None), (float("nan"), None, None), (float("inf"), None, "inf")],
)
def test_typed_values_get_the_same_verdicts_as_text(said, typed, lost, contract):
    found = ages(contract, [1.0, said])[1]
    assert found[0] == typed
    assert found[2] == lost


def test_a_broken_row_keeps_its_reason(contract):
    broken = scanned(pl.Series(["1"])).with_columns(pl.lit("2 fields").alias(ROW_UNREADABLE))
    assert prepare(broken, contract()).collect()[ROW_UNREADABLE].item() == "2 fields"


@pytest.mark.parametrize("logical_type", ["number", "integer"])
def test_the_first_sight_of_a_number_sees_what_the_second_would(logical_type, contract):
    random = np.random.default_rng(0)
    texts = ["".join(random.choice(list("0123456789.-+eE "), size)) for size in random.integers(7, size=3000)]
    texts += [
        "-9",
        " -9",
        "-9.0",
        "-9.00",
        "-9e0",
        "9e999",
        "nan",
        " NaN",
        "+inf",
        "?",
        "9" * 30,
        "1_0",
        "１",
    ]
    columns = (Column("hospital", "string", "environment", 11), Column("age", logical_type, "feature", 12))
    declared = contract(columns=columns, missing_values=("?", "-9"))
    found = prepare(scanned(pl.Series(texts)), declared).select("age", unreadable("age")).collect()
    present, typed = value(pl.col("text"), pl.String(), Notation(logical_type), ("?", "-9"))
    lost = pl.when(present.is_not_null() & typed.is_null()).then(present)
    assert (
        found.rows() == pl.DataFrame({"text": texts}).select(typed.alias("typed"), lost.alias("lost")).rows()
    )
