"""How many points a curve has."""

import pytest

from irm_core.evaluation.curve import due
from irm_core.training.plan import TrainingPlan


@pytest.mark.parametrize(
    ("steps", "record_every", "points"),
    [(500, 10, 25), (500, 1, 25), (90, 10, 9), (25, 100, 1), (1010, 10, 21)],
)
def test_a_curve_has_at_most_about_25_points_and_always_the_last(steps, record_every, points):
    plan = TrainingPlan(steps=steps, warmup_steps=1, record_every=record_every)
    recorded = {*range(record_every, steps + 1, record_every), steps}
    found = [step for step in sorted(recorded) if due(step, plan)]
    assert len(found) == points
    assert found[-1] == steps
