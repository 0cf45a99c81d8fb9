"""Parameters become a plan, or a sentence."""

import pytest

from irm_core import InvariantRegressor
from irm_core.estimators.parameters import training_plan


def plan(rows: int = 10, **changed: object):
    return training_plan(InvariantRegressor(**changed).get_params(), rows)


def test_the_defaults_are_a_plan() -> None:
    found = plan()
    assert (found.objectives, found.penalty_weights) == (("irm",), (1000.0,))
    assert (found.steps, found.warmup_steps, found.hidden) == (500, 100, (64, 64))


@pytest.mark.parametrize(
    ("given", "rows", "taken"),
    [("auto", 8192, None), ("auto", 8193, 256), (None, 10**6, None), (32, 10, 32)],
)
def test_small_data_are_taken_whole(given: object, rows: int, taken: int | None) -> None:
    assert plan(rows, batch_size=given).batch_size == taken


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"objective": "arm"}, "The parameter objective cannot be 'arm': 'arm' is not one of erm, irm"),
        ({"penalty_weight": -1}, "The parameter penalty_weight cannot be -1: .* greater than 0"),
        ({"steps": 1.5}, "The parameter steps cannot be 1.5: .* valid integer"),
        ({"hidden": (64, 0)}, "The parameter hidden cannot be 0"),
        ({"batch_size": "all"}, "The parameter batch_size cannot be 'all'"),
        ({"device": "gpu"}, "The parameter device cannot be 'gpu': .*'cuda'"),
        ({"steps": 50}, r"do not fit together: warmup_steps \(100\) must be less than steps \(50\)"),
    ],
)
def test_a_wrong_parameter_is_named(changed: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        plan(**changed)
