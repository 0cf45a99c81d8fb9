"""Small steps are stacked, large ones on a CPU are not."""

import pytest

from irm_core.training.examples import Examples
from irm_core.training.plan import TrainingPlan
from irm_core.training.stacking import candidates_at_once


@pytest.mark.parametrize(
    ("batch_size", "expected"), [(256, 32), (64, 128), (8192, 1), (100_000, 1), (None, 81)]
)
def test_as_many_as_the_rows_of_a_step_allow(
    shortcut: Examples, batch_size: int | None, expected: int
) -> None:
    """400 rows of four environments."""
    assert candidates_at_once(TrainingPlan(batch_size=batch_size, device="cpu"), shortcut) == expected
