"""Reductions over environments, by hand."""

from math import inf, sqrt

import pytest

from irm_core.evaluation.figures import Extreme, Figure, by_criterion, gap, mean, worst

FIGURES = {
    "b": Figure(score=0.2, standard_error=0.03),
    "a": Figure(score=0.2, standard_error=0.04),
    "c": Figure(score=0.8, standard_error=0.0),
}


def test_worst_is_the_lowest_and_among_equals_the_first_by_name():
    assert worst(FIGURES) == Extreme(score=0.2, standard_error=0.04, environment="a")
    assert worst(dict(reversed(FIGURES.items()))) == worst(FIGURES)


def test_every_environment_weighs_the_same_in_the_mean():
    assert mean(FIGURES).score == pytest.approx(0.4)
    assert mean(FIGURES).standard_error == pytest.approx(sqrt(0.03**2 + 0.04**2) / 3)


def test_a_mean_with_one_unknown_error_has_an_unknown_error():
    unknown = Figure(score=0.5, standard_error=None)
    assert unknown.noise == inf
    assert mean({**FIGURES, "d": unknown}).standard_error is None


def test_the_gap_is_between_the_best_and_the_worst():
    assert gap(FIGURES) == pytest.approx(0.6)


def test_the_criterion_picks_the_reduction():
    assert by_criterion(FIGURES, "worst") == worst(FIGURES)
    assert by_criterion(FIGURES, "mean") == mean(FIGURES)
