"""How much memory is free on a device."""

import pytest
import torch

from irm_core.training.memory import available


def test_the_cpu_has_what_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("irm_core.training.memory.free_memory", lambda: 5)
    assert available(torch.device("cpu")) == 5


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_counts_what_torch_keeps_unused() -> None:
    device = torch.device("cuda")
    before = available(device)
    block = torch.empty(2**28, dtype=torch.uint8, device=device)
    assert available(device) <= before - 2**28
    del block
    assert abs(available(device) - before) < 2**26
