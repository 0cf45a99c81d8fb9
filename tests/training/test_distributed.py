"""Several processes that share the rows of a step train the very model of one process that has them all."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch
from safetensors.torch import load_file, save_file

WORKER = Path(__file__).with_name("worker.py")


def worker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("worker", WORKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows() -> dict[str, torch.Tensor]:
    """Of three environments, of unlike size."""
    random = torch.Generator().manual_seed(0)
    return {
        "inputs": torch.randn(40, 3, generator=random),
        "targets": torch.randn(40, generator=random),
        "validation": torch.arange(40) % 5 == 2,
        "membership": torch.tensor([0, 1, 2]).repeat_interleave(torch.tensor([14, 16, 10])),
    }


@pytest.mark.slow
@pytest.mark.parametrize("world", [2, 4])
def test_shared_rows_give_the_gradient_of_all(tmp_path: Path, world: int) -> None:
    save_file(rows(), tmp_path / "rows.safetensors")
    environment = os.environ | {"GLOO_SOCKET_IFNAME": "lo"}
    processes = [
        subprocess.Popen([sys.executable, WORKER, str(rank), str(world), tmp_path], env=environment)
        for rank in range(world)
    ]
    assert [process.wait(timeout=240) for process in processes] == [0] * world
    expected = worker().everything(rows())
    for rank in range(world):
        found = load_file(tmp_path / f"found {rank}.safetensors")
        for name, value in expected.items():
            close = {"rtol": 1e-4, "atol": 1e-6} if "trained" in name else {"rtol": 1e-9, "atol": 1e-12}
            torch.testing.assert_close(found[name], value, **close)
