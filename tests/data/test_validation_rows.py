"""Validation rows: one in five, by content."""

import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.validation_rows import is_validation, one_sided, two_sided

COLUMNS = ["x", "y"]


def rows(count: int) -> pl.DataFrame:
    return pl.DataFrame({"x": range(count), "y": [f"{index % 7}" for index in range(count)]})


def test_about_a_fifth():
    assert rows(20_000).select(is_validation(COLUMNS)).mean().item() == pytest.approx(0.2, abs=0.01)


def test_golden_so_that_another_polars_that_hashes_otherwise_is_noticed():
    assert rows(12).filter(is_validation(COLUMNS))["x"].to_list() == [4, 10, 11]


def test_a_row_keeps_its_side_among_others():
    frame = rows(500).with_columns(is_validation(COLUMNS))
    again = frame.drop(VALIDATION).sample(300, seed=1, shuffle=True).with_columns(is_validation(COLUMNS))
    assert again.join(frame, on=["x", "y", VALIDATION], how="anti").is_empty()


def test_environments_of_one_side_are_found_and_get_both():
    sides = {"whole": [True] * 7, "none": [False] * 12, "both": [True, False] * 3, "tiny": [False] * 4}
    frame = pl.concat(
        rows(len(side)).with_columns(pl.lit(name).alias(ENVIRONMENT), pl.Series(VALIDATION, side))
        for name, side in sides.items()
    )
    assert one_sided(frame.lazy()) == ["none", "whole"]
    for name, expected in (("none", 2), ("whole", 1)):
        fixed = two_sided(frame.filter(pl.col(ENVIRONMENT) == name), COLUMNS)
        assert fixed[VALIDATION].sum() == expected
        assert fixed.drop(VALIDATION).equals(frame.filter(pl.col(ENVIRONMENT) == name).drop(VALIDATION))
