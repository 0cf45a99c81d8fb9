"""Rows of hold-outs outside what training sees."""

import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.novelty import novelty


def frame(values: list[object], held: list[object]) -> pl.DataFrame:
    site = ["seen"] * len(values) + ["far"] * len(held)
    return pl.DataFrame({"x": [*values, *held], ENVIRONMENT: site})


@pytest.mark.parametrize(
    ("values", "held", "share"),
    [
        ([0.0, 1.0, 2.0], [1.5, 3.0, -1.0, 0.0], 0.5),
        (["a", "b"], ["a", "c"], 0.5),
        ([True, False], [True], 0.0),
        ([1.0, 2.0], [None], 0.0),
        ([None, None], [1.0, None], 0.5),
    ],
)
def test_the_share_of_rows_outside(values, held, share) -> None:
    assert novelty(frame(values, held), ["x"], ["far"]) == {"far": share}


def test_one_odd_row_does_not_stretch_the_range() -> None:
    assert novelty(frame([*map(float, range(2000)), 1e9], [5e8]), ["x"], ["far"]) == {"far": 1.0}


def test_without_training_rows_nothing_is_told() -> None:
    assert novelty(frame([], [1.0]), ["x"], ["far"]) == {}
