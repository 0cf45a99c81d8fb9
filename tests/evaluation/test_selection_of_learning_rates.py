"""Selection where learning rates are tried too: ERM is the control at the best of its own."""

from collections.abc import Callable

import pytest

from irm_core.errors import IrmflowError
from irm_core.evaluation.records import Trial
from irm_core.evaluation.selection import Selection, select
from irm_core.training.plan import TrainingPlan

RATES = TrainingPlan(objectives=("irm",), penalty_weights=(1.0,), learning_rate=(0.001, 0.01), seeds=(0,))


@pytest.fixture
def tuned(trials) -> Callable[..., list[Trial]]:
    """Trials whose keys have a learning rate too."""

    def make(scores: dict[tuple[str, float, float], tuple[float, float, float]], **more) -> list[Trial]:
        return [
            one.model_copy(update={"candidate": one.candidate.model_copy(update={"learning_rate": rate})})
            for (objective, weight, rate), row in scores.items()
            for one in trials({(objective, weight): row}, **more)
        ]

    return make


def test_erm_with_the_best_of_its_learning_rates_is_the_control(tuned):
    """A lead over a badly tuned ERM is none."""
    made = tuned(
        {
            ("erm", 0.0, 0.001): (0.1, 0.1, 0.1),
            ("erm", 0.0, 0.01): (0.7, 0.7, 0.7),
            ("irm", 1.0, 0.001): (0.6, 0.6, 0.6),
            ("irm", 1.0, 0.01): (0.2, 0.2, 0.2),
        }
    )
    selection = select(made, RATES)
    assert (selection.objective, selection.learning_rate) == ("erm", 0.01)
    assert (selection.erm.learning_rate, selection.erm.worst.score) == (0.01, 0.7)
    assert selection.reason == (
        "ERM (learning rate 0.01) ships: irm (λ = 1, learning rate 0.001) scores 0.600 (Africa) in the worst "
        "environment, ERM (learning rate 0.01) 0.700 (Africa), and nothing scores higher."
    )
    assert [one.name for one in selection.table] == [
        "ERM (learning rate 0.001)",
        "ERM (learning rate 0.01)",
        "irm (λ = 1, learning rate 0.001)",
        "irm (λ = 1, learning rate 0.01)",
    ]


def test_a_learning_rate_is_chosen_with_its_objective(tuned):
    made = tuned(
        {
            ("erm", 0.0, 0.001): (0.1, 0.1, 0.1),
            ("erm", 0.0, 0.01): (0.2, 0.2, 0.2),
            ("irm", 1.0, 0.001): (0.4, 0.4, 0.4),
            ("irm", 1.0, 0.01): (0.6, 0.6, 0.6),
        }
    )
    selection = select(made, RATES)
    assert (selection.objective, selection.penalty_weight, selection.learning_rate) == ("irm", 1.0, 0.01)
    assert Selection.model_validate_json(selection.model_dump_json()) == selection


def test_one_learning_rate_that_diverges_is_named_and_another_is_the_control(tuned):
    sound = tuned({("erm", 0.0, 0.001): (0.5, 0.5, 0.5)})
    failed = tuned({("erm", 0.0, 0.01): (0.9, 0.9, 0.9)}, status="diverged")
    selection = select([*sound, *failed], RATES)
    assert selection.learning_rate == 0.001
    assert "ERM (learning rate 0.01) could not be chosen: diverged without Africa" in selection.reason
    with pytest.raises(IrmflowError, match="ERM, the control, diverged"):
        select(failed + [one.model_copy(update={"status": "diverged"}) for one in sound], RATES)


def test_erm_must_be_tried_with_every_learning_rate(tuned):
    made = tuned({("erm", 0.0, 0.001): (0.5, 0.5, 0.5)})
    with pytest.raises(IrmflowError, match=r"ERM \(learning rate 0\.01\) has no trial"):
        select(made, RATES)
