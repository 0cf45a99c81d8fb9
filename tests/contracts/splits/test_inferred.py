"""Environments to judge in, where those to train on are inferred."""

import polars as pl

from irm_core.contracts.names import LINE
from irm_core.contracts.splits import InferredSplit


def test_columns_say_where_models_are_judged(environments):
    found = environments(InferredSplit(columns=("site", "year")), site=["a", "b", None], year=[1, 2, 3])
    assert found == ["a / 1", "b / 2", None]


def test_without_columns_models_are_judged_on_thirds(environments):
    found = environments(InferredSplit(), **{LINE: [2, 3, 4, 5]})
    assert found == ["part 3", "part 1", "part 2", "part 3"]


def test_errors_make_two_environments_and_no_more(faults):
    ((place, sentence),) = faults(InferredSplit(environments=3))
    assert place == ("environments",)
    assert "make two environments" in sentence


def test_a_column_twice_is_a_fault(faults):
    ((place, _),) = faults(InferredSplit(columns=("a", "a")), a=pl.String())
    assert place == ("columns",)
