"""A lead and the noise it must exceed."""

import pytest

from irm_core.evaluation.figures import Extreme, Figure
from irm_core.evaluation.lead import at, lead


def figure(score: float, standard_error: float | None = 0.03) -> Figure:
    return Figure(score=score, standard_error=standard_error)


@pytest.mark.parametrize(
    ("difference", "standard_errors", "counts", "said"),
    [
        (0.11, 2.0, True, "a lead of 0.110, more than noise (0.100)"),
        (0.09, 2.0, False, "a lead of 0.090, within noise (0.100)"),
        (0.09, 1.0, True, "a lead of 0.090, more than noise (0.050)"),
        (-0.5, 2.0, False, "a lead of -0.500, within noise (0.100)"),
    ],
)
def test_it_counts_beyond_so_many_standard_errors_of_the_difference(
    difference, standard_errors, counts, said
):
    found = lead(figure(0.3 + difference, 0.03), figure(0.3, 0.04), standard_errors)
    assert (found.counts, str(found)) == (counts, said)


def test_unknown_noise_is_never_exceeded_unless_none_is_asked_for():
    assert not lead(figure(1.0, None), figure(0.0), 2.0).counts
    assert lead(figure(1.0, None), figure(0.0), 0.0).counts


def test_an_equal_score_is_no_lead_even_without_noise():
    assert not lead(figure(0.5), figure(0.5), 0.0).counts


def test_a_score_names_its_environment_where_it_has_one():
    assert at(figure(0.5)) == "0.500"
    assert at(Extreme(score=0.5, standard_error=None, environment="Asia")) == "0.500 (Asia)"
