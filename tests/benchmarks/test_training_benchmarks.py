"""Both sides of the benchmarks of training come to the same answer."""

import pytest
import torch
from torch import nn

from benchmarks import memory, objective_step, training_step


@pytest.mark.parametrize("count", [2, 8, 64])
def test_the_gradient_of_a_step(count: int) -> None:
    expected = objective_step.double_backward(count)()
    torch.testing.assert_close(objective_step.closed_form(count)(), expected, rtol=1e-4, atol=1e-9)


def test_the_weights_after_training() -> None:
    rows = [next(training_step.drawn(64))] * 3
    ours, loop = training_step.untrained(), training_step.untrained()
    advanced = training_step.ours(ours, iter(rows), 64)
    for _ in rows:
        advanced()
    training_step.by_loop(loop, rows, 64)
    found, expected = (nn.utils.parameters_to_vector(one.parameters()) for one in (ours, loop))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_the_gradient_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "ROWS", 1000)
    monkeypatch.setattr(memory, "rows_at_once", lambda *_: 128)
    batch = memory.table()
    models = [memory.build("mlp", (memory.FEATURES,), 1, memory.HIDDEN, 0) for _ in range(2)]
    found, expected = memory.in_pieces(models[0], batch), memory.by_loop_in_double(models[1], batch)
    torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-8)
