"""Adam on rows is torch's AdamW on each row."""

import pytest
import torch

from irm_core.training.optimizer import Adam, clipped


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_each_row_is_stepped_as_by_torch_with_its_own_learning_rate(weight_decay: float) -> None:
    torch.manual_seed(0)
    start, rates = torch.randn(2, 5, dtype=torch.float64), [0.1, 0.01]
    gradients = torch.randn(6, 2, 5, dtype=torch.float64)
    ours = start.clone()
    adam = Adam(ours, torch.tensor(rates, dtype=torch.float64), weight_decay)
    for gradient in gradients:
        adam.step(gradient)
    for k, rate in enumerate(rates):
        theirs = start[k].clone().requires_grad_()
        reference = torch.optim.AdamW([theirs], lr=rate, weight_decay=weight_decay)
        for gradient in gradients:
            theirs.grad = gradient[k]
            reference.step()
        torch.testing.assert_close(ours[k], theirs.detach())


def test_after_a_restart_it_steps_as_new() -> None:
    first, second = torch.zeros(1, 3), torch.zeros(1, 3)
    used, new = (Adam(one, torch.tensor([0.1]), 0.0) for one in (first, second))
    used.step(torch.tensor([[5.0, -3.0, 1.0]]))
    used.restart()
    first.zero_()
    for adam in (used, new):
        adam.step(torch.tensor([[1.0, 1.0, -2.0]]))
    torch.testing.assert_close(first, second)


def test_each_row_is_clipped_to_its_own_norm() -> None:
    found = clipped(torch.tensor([[3.0, 4.0], [0.3, 0.4], [torch.nan, 1.0], [0.0, 0.0]]), 1.0)
    torch.testing.assert_close(found[:2], torch.tensor([[0.6, 0.8], [0.3, 0.4]]))
    assert not found[2].isfinite().any()
    assert found[3].tolist() == [0.0, 0.0]
