"""Cochran's test against a case worked out by hand, and its invariances."""

from math import exp, sqrt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irm_core.diagnostics.heterogeneity import differing, heterogeneity


def estimates(**quantities) -> pl.DataFrame:
    rows = [
        (name, f"site {number}", estimate, error)
        for name, pairs in quantities.items()
        for number, (estimate, error) in enumerate(pairs)
    ]
    return pl.DataFrame(rows, ["quantity", "environment", "estimate", "standard_error"], orient="row")


def test_three_environments_by_hand():
    # w = 1, 1, ¼: pooled (0 + 3 + 1)/2.25 = 16/9; Q = (16/9)² + (11/9)² + ¼(20/9)² = 53/9, two degrees
    table = heterogeneity(estimates(x=[(0.0, 1.0), (3.0, 1.0), (4.0, 2.0)])).row(0, named=True)
    q = (16 / 9) ** 2 + (11 / 9) ** 2 + (20 / 9) ** 2 / 4
    assert table["q"] == pytest.approx(q)
    assert table["degrees"] == 2
    assert table["p"] == pytest.approx(exp(-q / 2))  # χ² with two degrees of freedom
    assert table["i_squared"] == pytest.approx(1 - 2 / q)
    assert table["spread"] == pytest.approx(sqrt((q - 2) / (2.25 - (2 + 1 / 16) / 2.25)))


@pytest.mark.parametrize(
    ("pairs", "flips"),
    [
        ([(1.0, 0.1), (-1.0, 0.1)], True),
        ([(1.0, 0.1), (-0.1, 0.1)], False),
        ([(1.0, 0.1), (0.5, 0.1)], False),
    ],
)
def test_a_sign_flips_only_where_both_signs_are_beyond_two_standard_errors(pairs, flips):
    assert heterogeneity(estimates(x=pairs))["flips"].to_list() == [flips]


def test_one_environment_says_nothing():
    assert heterogeneity(estimates(x=[(1.0, 0.1)])).is_empty()


def test_a_difference_must_be_significant_and_large_enough():
    found = differing(
        estimates(
            noisy=[(0.0, 1.0), (1.0, 1.0)],
            tiny=[(0.0, 1e-6), (0.001, 1e-6)],
            wide=[(0.0, 0.1), (1.0, 0.1)],
            wider=[(0.0, 0.1), (2.0, 0.1)],
        ),
        smallest_spread=0.05,
    )
    assert found["quantity"].to_list() == ["wider", "wide"]


def test_classes_are_quantities_of_their_own_and_the_level_is_shared_by_all_of_them():
    """Two estimates that are 2.4 errors of their difference apart: p 0.016 is enough of one, not of four."""
    one = estimates(x=[(0.0, 1.0), (3.4, 1.0)])
    assert differing(one.with_columns(of_class=pl.lit("a")), 0.05)["of_class"].to_list() == ["a"]
    many = pl.concat(one.with_columns(of_class=pl.lit(name)) for name in "abcd")
    assert heterogeneity(many)["of_class"].to_list() == list("abcd")
    assert differing(many, 0.05).is_empty()


pairs = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 2)), min_size=2, max_size=6)


@given(pairs, st.randoms())
def test_the_order_of_environments_changes_nothing(some, random):
    one = heterogeneity(estimates(x=some)).row(0)
    other = heterogeneity(estimates(x=random.sample(some, len(some)))).row(0)
    assert one[1:] == pytest.approx(other[1:], rel=1e-6, abs=1e-6)


@given(pairs)
def test_every_figure_is_finite_and_in_range(some):
    row = heterogeneity(estimates(x=some)).row(0, named=True)
    assert 0 <= row["p"] <= 1
    assert 0 <= row["i_squared"] <= 1
    assert row["spread"] >= 0
