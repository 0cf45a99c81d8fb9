"""Environments between cuts."""

import polars as pl
import pytest

from irm_core.contracts.splits import CutsSplit


def test_a_value_at_a_cut_is_above_it(environments):
    split = CutsSplit(column="age", cuts=(40, 65))
    found = environments(split, age=[39, 40, 64, 65, None])
    assert found == ["below 40", "40 to 65", "40 to 65", "65 or more", None]


@pytest.mark.parametrize(
    ("more", "dtype", "place", "told"),
    [
        ({}, pl.String, ("column",), "only numbers can be cut"),
        ({}, pl.Date, ("column",), "only numbers can be cut"),
        ({"cuts": (65, 40)}, pl.Int64, ("cuts",), "cuts go up"),
        ({"cuts": (40, 40)}, pl.Int64, ("cuts",), "cuts go up"),
        ({"hold_out": ("66 or more",)}, pl.Int64, ("holdOut",), "did you mean '65 or more'"),
        ({"hold_out": ("missing",)}, pl.Int64, ("holdOut",), "unknown environment 'missing'"),
    ],
)
def test_faults(faults, more, dtype, place, told):
    ((found, sentence),) = faults(CutsSplit(**{"column": "age", "cuts": (40, 65), **more}), age=dtype)
    assert found == place
    assert told in sentence


@pytest.mark.parametrize(
    "more",
    [
        {"hold_out": ("65 or more",)},
        {"missing": "own", "hold_out": ("missing",)},
        {"small": "pool", "hold_out": ("pooled",)},
    ],
)
def test_what_can_come_to_be_can_be_held_out(faults, more):
    assert not faults(CutsSplit(column="age", cuts=(40, 65), **more), age=pl.Float64)
