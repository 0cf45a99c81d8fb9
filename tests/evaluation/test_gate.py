"""The gate: only a lead beyond noise makes a champion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irm_core.evaluation.gate import promote
from irm_core.evaluation.records import EnvironmentMetrics
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan()


def judged(standard_error=0.01, **scores):
    return {
        name: EnvironmentMetrics(
            rows=100, risk=1.0, score=score, standard_error=None if score is None else standard_error
        )
        for name, score in scores.items()
    }


def test_with_no_champion_the_challenger_is_promoted():
    promotion = promote(judged(a=0.1), None, PLAN)
    assert promotion.promoted
    assert promotion.reason == "Promoted: there is no champion yet."


def test_a_champion_that_cannot_read_the_data_is_replaced_and_the_reason_says_why():
    promotion = promote(judged(a=0.1), None, PLAN, unreadable="The data have no column 'age'.")
    assert promotion.promoted
    assert promotion.reason.endswith("cannot read these data. The data have no column 'age'.")


@pytest.mark.parametrize(
    ("challenger", "champion", "criterion", "promoted"),
    [
        ({"a": 0.6, "b": 0.9}, {"a": 0.5, "b": 0.9}, "worst", True),
        ({"a": 0.51, "b": 0.9}, {"a": 0.5, "b": 0.9}, "worst", False),
        ({"a": 0.5, "b": 0.99}, {"a": 0.5, "b": 0.5}, "worst", False),
        ({"a": 0.5, "b": 0.99}, {"a": 0.5, "b": 0.5}, "mean", True),
        ({"a": 0.6, "b": None}, {"a": 0.5, "b": None}, "worst", True),
        ({"b": None}, {"b": None}, "worst", False),
        ({"a": 0.9}, {"b": 0.1}, "worst", False),
    ],
)
def test_only_a_lead_beyond_noise_by_the_criterion_promotes(challenger, champion, criterion, promoted):
    plan = PLAN.model_copy(update={"criterion": criterion})
    assert promote(judged(**challenger), judged(**champion), plan).promoted is promoted


def test_the_reason_has_both_scores_their_environments_and_the_noise():
    promotion = promote(judged(a=0.6, b=0.9), judged(a=0.8, b=0.5), PLAN)
    assert promotion.reason == (
        "Promoted: the challenger scores 0.600 (a) in the worst environment, the champion 0.500 (b): "
        "a lead of 0.100, more than noise (0.028)."
    )


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 0.5))
def test_no_model_beats_itself_nor_do_two_beat_each_other(one, other, standard_error):
    new, old = judged(standard_error, a=one, b=other), judged(standard_error, a=other, b=one)
    assert not promote(new, new, PLAN).promoted
    assert not (promote(new, old, PLAN).promoted and promote(old, new, PLAN).promoted)
