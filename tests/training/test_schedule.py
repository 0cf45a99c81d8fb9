"""The penalty's weight, and the value that is minimised."""

import pytest
import torch

from irm_core.training.schedule import objective_value, penalty_weight


@pytest.mark.parametrize(
    ("step", "weight", "expected"),
    [(1, 1e4, 1.0), (100, 1e4, 1.0), (101, 1e4, 1e4), (1, 0.1, 0.1), (101, 0.1, 0.1), (1, 0.0, 0.0)],
)
def test_the_weight_is_one_at_most_until_the_warm_up_is_over(
    step: int, weight: float, expected: float
) -> None:
    assert penalty_weight(step, torch.tensor([weight]), warmup_steps=100).item() == pytest.approx(expected)


def test_a_large_weight_does_not_make_the_objective_large() -> None:
    weights = torch.tensor([0.0, 0.5, 4.0])
    torch.testing.assert_close(
        objective_value(torch.tensor(2.0), torch.tensor(3.0), weights), torch.tensor([2.0, 3.5, 14 / 4])
    )
