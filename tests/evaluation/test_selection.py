"""Selection: the control ships unless something leads it by more than noise."""

from itertools import product
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irm_core.errors import DataError, IrmflowError
from irm_core.evaluation.figures import by_criterion
from irm_core.evaluation.selection import Selection, select
from irm_core.training.plan import TrainingPlan

ENVIRONMENTS = ("Africa", "Asia", "Europe")
PLAN = TrainingPlan(objectives=("irm", "vrex"), penalty_weights=(1.0, 100.0), seeds=(0,))


def chosen(selection: Selection) -> tuple[str, float]:
    return selection.objective, selection.penalty_weight


def test_a_lead_within_noise_ships_erm_and_says_so(trials):
    made = trials({("erm", 0.0): (0.50, 0.60, 0.70), ("irm", 100.0): (0.80, 0.51, 0.70)}, standard_error=0.03)
    selection = select(made, PLAN)
    assert chosen(selection) == ("erm", 0.0)
    assert selection.reason == (
        "ERM ships: irm (λ = 100) scores 0.510 (Asia) in the worst environment, ERM 0.500 (Africa): "
        f"a lead of 0.010, within noise ({2 * sqrt(2) * 0.03:.3f})."
    )


def test_a_lead_beyond_noise_ships_the_invariant_objective(trials):
    selection = select(trials({("erm", 0.0): (0.1, 0.6, 0.7), ("irm", 1.0): (0.4, 0.5, 0.5)}), PLAN)
    assert chosen(selection) == ("irm", 1.0)
    assert (selection.worst.environment, selection.worst.score) == ("Africa", 0.4)
    assert (selection.erm.worst.environment, selection.erm.worst.score) == ("Africa", 0.1)
    assert "a lead of 0.300, more than noise (0.028)" in selection.reason


def test_the_criterion_decides(trials):
    made = trials({("erm", 0.0): (0.1, 0.9, 0.9), ("irm", 1.0): (0.4, 0.4, 0.4)})
    assert chosen(select(made, PLAN)) == ("irm", 1.0)
    assert chosen(select(made, PLAN.model_copy(update={"criterion": "mean"}))) == ("erm", 0.0)


def test_nothing_that_scores_lower_is_called_a_lead(trials):
    selection = select(trials({("erm", 0.0): (0.5, 0.5, 0.5), ("vrex", 1.0): (0.4, 0.9, 0.9)}), PLAN)
    assert chosen(selection) == ("erm", 0.0)
    assert selection.reason.endswith("and nothing scores higher.")


def test_within_one_standard_error_of_the_best_the_smaller_penalty_weight_is_chosen(trials):
    made = trials(
        {
            ("erm", 0.0): (0.1, 0.1, 0.1),
            ("irm", 1.0): (0.495, 0.9, 0.9),
            ("irm", 100.0): (0.500, 0.9, 0.9),
            ("vrex", 1.0): (0.400, 0.9, 0.9),
        }
    )
    selection = select(made, PLAN)
    assert chosen(selection) == ("irm", 1.0)
    assert selection.reason.endswith(
        "irm (λ = 1) is within one standard error of irm (λ = 100), and simpler."
    )


def test_with_no_noise_asked_for_erm_still_wins_within_one_standard_error(trials):
    plan = PLAN.model_copy(update={"standard_errors": 0.0})
    near = trials({("erm", 0.0): (0.495, 0.9, 0.9), ("irm", 1.0): (0.500, 0.9, 0.9)})
    assert chosen(select(near, plan)) == ("erm", 0.0)
    far = trials({("erm", 0.0): (0.480, 0.9, 0.9), ("irm", 1.0): (0.500, 0.9, 0.9)})
    assert chosen(select(far, plan)) == ("irm", 1.0)


def test_seeds_are_averaged_and_their_spread_is_noise(trial):
    plan = TrainingPlan(objectives=("erm",), seeds=(0, 1))
    made = [
        trial(left_out=environment, seed=seed, score=score, standard_error=0.03)
        for environment in ENVIRONMENTS
        for seed, score in ((0, 0.4), (1, 0.6))
    ]
    line = select(made, plan).table[0]
    assert line.environments["Asia"].score == pytest.approx(0.5)
    # Var of (0.4, 0.6) is 0.02; over two seeds 0.01; the rows are the same for both, so their term stays
    assert line.environments["Asia"].standard_error == pytest.approx(sqrt(0.03**2 + 0.01))
    assert line.mean.standard_error == pytest.approx(sqrt(0.03**2 + 0.01) / sqrt(3))


def test_the_table_has_a_line_per_configuration_erm_first_then_as_planned(trials):
    made = trials(
        {
            ("vrex", 1.0): (0.5, 0.5, 0.5),
            ("irm", 100.0): (0.5, 0.5, 0.5),
            ("irm", 1.0): (0.3, 0.5, 0.9),
            ("erm", 0.0): (0.5, 0.5, 0.5),
        }
    )
    table = select(made, PLAN).table
    assert [line.name for line in table] == ["ERM", "irm (λ = 1)", "irm (λ = 100)", "vrex (λ = 1)"]
    assert (table[1].worst.score, table[1].gap) == (0.3, pytest.approx(0.6))
    assert table[1].mean.score == pytest.approx(1.7 / 3)


@pytest.mark.parametrize("status", ["diverged", "collapsed"])
def test_a_configuration_that_failed_once_is_named_and_never_chosen(status, trials, trial):
    made = trials(
        {("erm", 0.0): (0.1, 0.1, 0.1), ("irm", 1.0): (0.9, 0.9, 0.9), ("vrex", 1.0): (0.4, 0.4, 0.4)}
    )
    made = [one for one in made if one.candidate.objective != "irm" or one.candidate.left_out != "Asia"]
    selection = select([*made, trial("irm", 1.0, "Asia", score=0.9, status=status)], PLAN)
    assert chosen(selection) == ("vrex", 1.0)
    assert selection.reason.endswith(f"irm (λ = 1) could not be chosen: {status} without Asia (seed 0).")
    failed = next(line for line in selection.table if line.objective == "irm")
    assert (failed.worst, failed.mean, failed.gap) == (None, None, None)
    assert set(failed.environments) == {"Africa", "Europe"}


def test_without_a_sound_control_there_is_no_choice(trials):
    made = trials({("irm", 1.0): (0.9, 0.9, 0.9)})
    with pytest.raises(IrmflowError, match="ERM has no trial"):
        select(made, PLAN)
    with pytest.raises(IrmflowError, match=r"ERM, the control, diverged without Africa \(seed 0\)"):
        select([*made, *trials({("erm", 0.0): (0.1, 0.1, 0.1)}, status="diverged")], PLAN)


def test_a_missing_trial_is_refused(trials):
    made = trials({("erm", 0.0): (0.1, 0.1, 0.1), ("irm", 1.0): (0.9, 0.9, 0.9)})
    with pytest.raises(IrmflowError, match=r"irm \(λ = 1\) has no trial that left out 'Europe' with seed 0"):
        select(made[:-1], PLAN)


def test_an_undefined_score_names_its_environment(trials, trial):
    made = trials({("erm", 0.0): (0.1, 0.1, 0.1)})[:2]
    with pytest.raises(DataError, match="'Europe' is undefined"):
        select([*made, trial(left_out="Europe", score=None, standard_error=None)], PLAN)


def test_noise_that_cannot_be_known_proves_nothing(trials):
    made = trials({("erm", 0.0): (0.1, 0.1, 0.1), ("irm", 1.0): (0.9, 0.9, 0.9)}, standard_error=None)
    selection = select(made, PLAN)
    assert chosen(selection) == ("erm", 0.0)
    assert "whose noise too few rows leave unknown" in selection.reason


score = st.floats(-1, 1)
row = st.tuples(score, score, score)
KEYS = [("erm", 0.0), *product(("irm", "vrex"), (1.0, 100.0))]
tables = st.fixed_dictionaries(dict.fromkeys(KEYS, row))
noises = st.floats(0, 0.2)
criteria = st.sampled_from(("worst", "mean"))


@given(tables, noises, criteria)
def test_what_is_chosen_leads_erm_beyond_noise_or_is_erm(trials, scores, standard_error, criterion):
    plan = PLAN.model_copy(update={"criterion": criterion})
    selection = select(trials(scores, standard_error=standard_error), plan)
    line = next(one for one in selection.table if (one.objective, one.penalty_weight) == chosen(selection))
    ours, erms = (by_criterion(one.environments, criterion) for one in (line, selection.table[0]))
    assert chosen(selection) == ("erm", 0.0) or (
        ours.score - erms.score > 2 * sqrt(ours.noise**2 + erms.noise**2)
    )


@given(tables, noises, criteria, st.randoms())
def test_the_order_of_trials_changes_nothing(trials, scores, standard_error, criterion, random):
    plan = PLAN.model_copy(update={"criterion": criterion})
    made = trials(scores, standard_error=standard_error)
    shuffled = random.sample(made, len(made))
    assert select(shuffled, plan) == select(made, plan)


@given(tables, noises, criteria)
def test_the_names_of_environments_do_not_matter(trials, scores, standard_error, criterion):
    plan = PLAN.model_copy(update={"criterion": criterion})
    made = trials(scores, standard_error=standard_error)
    names = dict(zip(ENVIRONMENTS, ("z", "y", "x"), strict=True))
    renamed = [
        one.model_copy(
            update={
                "candidate": one.candidate.model_copy(update={"left_out": names[one.candidate.left_out]}),
                "metrics": {names[name]: metrics for name, metrics in one.metrics.items()},
            }
        )
        for one in made
    ]
    assert chosen(select(renamed, plan)) == chosen(select(made, plan))


@given(row, noises, criteria)
def test_what_equals_erm_is_never_chosen(trials, scores, standard_error, criterion):
    plan = PLAN.model_copy(update={"criterion": criterion})
    same = trials({("erm", 0.0): scores, ("irm", 1.0): scores}, standard_error=standard_error)
    assert chosen(select(same, plan)) == ("erm", 0.0)


def test_a_selection_survives_json(trials):
    selection = select(trials({("erm", 0.0): (0.1, 0.6, 0.7), ("irm", 1.0): (0.4, 0.5, 0.5)}), PLAN)
    assert Selection.model_validate_json(selection.model_dump_json()) == selection
