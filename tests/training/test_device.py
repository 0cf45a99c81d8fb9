"""The device that is asked for is the device that is used."""

import pytest
import torch

from irm_core.errors import UsageError
from irm_core.training.device import resolve


@pytest.mark.parametrize(("available", "device"), [(True, "cuda"), (False, "cpu")])
def test_auto_takes_a_gpu_if_there_is_one(
    monkeypatch: pytest.MonkeyPatch, available: bool, device: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: available)
    assert resolve("auto") == torch.device(device)
    assert resolve("cpu") == torch.device("cpu")


def test_a_missing_gpu_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="device: auto"):
        resolve("cuda")
