"""Small work gets one thread, large work all of them, and what comes after gets what it had."""

import pytest
import torch
from torch import nn

from irm_core.training.models import Architecture, build
from irm_core.training.threads import WORTHWHILE, multiplications, threads_for


@pytest.mark.parametrize(("work", "threads"), [(WORTHWHILE - 1, 1), (WORTHWHILE, 2), (float("inf"), 2)])
def test_threads_by_work(work: float, threads: int) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with threads_for(work):
            assert torch.get_num_threads() == threads
        assert torch.get_num_threads() == 2
        with pytest.raises(ZeroDivisionError), threads_for(work):
            raise ZeroDivisionError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_the_cost_of_dense_models_is_known_and_of_no_other() -> None:
    assert multiplications(build("mlp", (3,), 1, (4,), 0)) == 3 * 4 + 4 + 4 * 1 + 1
    looked_up = Architecture(
        name="mlp", input_shape=(2,), outputs=1, hidden=(4,), categories={1: 100}, embedding=2
    )
    assert multiplications(looked_up.build(0)) == 3 * 4 + 4 + 4 * 1 + 1
    assert multiplications(build("convnet", (3, 8, 8), 1, (), 0)) == float("inf")
    assert multiplications(nn.LSTM(3, 4)) == float("inf")
