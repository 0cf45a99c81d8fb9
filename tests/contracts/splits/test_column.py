"""Environments by value."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from irm_core.contracts.splits import ColumnSplit

PIECES = st.lists(st.sampled_from(["a", "/", " ", '"', " / ", "b"]), min_size=1, max_size=5).map("".join)


def test_rows_that_share_all_values_share_an_environment(environments):
    split = ColumnSplit(columns=("hospital", "age"))
    found = environments(split, hospital=["va", None, "bonn", "va"], age=[1, 2, None, 1])
    assert found == ["va / 1", None, None, "va / 1"]


def test_a_column_twice_is_a_fault(faults):
    assert faults(ColumnSplit(columns=("a", "a"))) == [(("columns",), "a column is named twice.")]


@settings(deadline=None, max_examples=100)
@given(rows=st.lists(st.tuples(PIECES, PIECES, PIECES), min_size=2, max_size=20, unique=True))
def test_different_values_never_share_an_environment(rows):
    split = ColumnSplit(columns=("p", "q", "r"))
    frame = pl.LazyFrame(rows, schema=["p", "q", "r"], orient="row")
    assert frame.select(split.environment(frame)).collect().to_series().n_unique() == len(rows)


def test_a_value_that_could_be_taken_for_two_is_quoted(environments):
    values = {"p": ["a / b", "a", "n/a", '"x"'], "q": ["c", "b / c", "c", "c"]}
    assert environments(ColumnSplit(columns=("p", "q")), **values) == [
        '"a / b" / c', 'a / "b / c"', "n/a / c", '"""x""" / c'
    ]  # fmt: skip
    assert environments(ColumnSplit(columns=("p",)), p=values["p"]) == values["p"]
