"""Means and slopes against figures worked out by hand, and statsmodels' definition of HC3."""

from math import sqrt

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.estimates import means, slopes


def frame(**columns) -> pl.DataFrame:
    return pl.DataFrame(columns).rename({"site": ENVIRONMENT})


def estimates(*rows) -> pl.DataFrame:
    return pl.DataFrame(rows, ["quantity", "environment", "estimate", "standard_error"], orient="row")


def test_means_by_hand():
    table = frame(site=["a", "a", "b", "b", "b"], x=[0.0, 2.0, 1.0, 4.0, None])
    # a: sd √2, b: sd √4.5, each over √2
    assert_frame_equal(
        means(table, {"x": pl.col("x")}), estimates(("x", "a", 1.0, 1.0), ("x", "b", 2.5, 1.5))
    )


def test_slope_and_hc3_by_hand():
    table = frame(site=["a"] * 4, x=[0.0, 0.0, 1.0, 1.0], y=[0.0, 2.0, 1.0, 5.0])
    # b = 3 − 1 = 2; every leverage ¼ + ¼ = ½; residuals ∓1, ∓2 doubled: Σ ¼·(4+4+16+16) = 10; over Σx² = 1
    assert_frame_equal(slopes(table, ["x"], "y"), estimates(("x", "a", 2.0, sqrt(10))))


def test_slopes_agree_with_the_matrix_form_of_hc3_in_each_environment():
    generator = np.random.default_rng(0)
    table = frame(site=["a"] * 20 + ["b"] * 30, x=generator.normal(size=50), y=generator.normal(size=50))
    for row in slopes(table, ["x"], "y").iter_rows(named=True):
        x, y = table.filter(pl.col(ENVIRONMENT) == row["environment"]).select("x", "y").to_numpy().T
        X = np.column_stack((np.ones(len(x)), x))
        bread = np.linalg.inv(X.T @ X)
        coefficients = bread @ X.T @ y
        leverage = np.einsum("ij,jk,ik->i", X, bread, X)
        inflated = ((y - X @ coefficients) / (1 - leverage)) ** 2
        covariance = bread @ (X.T * inflated) @ X @ bread
        np.testing.assert_allclose(
            (row["estimate"], row["standard_error"]), (coefficients[1], sqrt(covariance[1, 1]))
        )


def test_what_cannot_be_estimated_has_no_row():
    table = frame(
        site=["one row", "constant", "constant", "one lever", "one lever", "one lever", *["sound"] * 4],
        x=[1.0, 2.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0],
        y=[1.0, 2.0, 3.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0],
    )
    assert slopes(table, ["x"], "y")["environment"].to_list() == ["sound"]


def test_a_row_lacking_either_value_takes_no_part():
    whole = frame(site=["a"] * 4, x=[0.0, 0.0, 1.0, 1.0], y=[0.0, 2.0, 1.0, 5.0])
    more = frame(site=["a"] * 2, x=[None, 9.0], y=[7.0, None])
    assert_frame_equal(slopes(pl.concat([whole, more]), ["x"], "y"), slopes(whole, ["x"], "y"))


def test_no_error_is_smaller_than_rounding():
    table = frame(site=["a"] * 4, x=[0.0, 1.0, 2.0, 3.0], y=[0.0, 1.0, 2.0, 3.0])
    assert slopes(table, ["x"], "y")["standard_error"].to_list() == [1e-6]
