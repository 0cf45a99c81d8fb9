"""Which GPUs this process may use, without using one: a context on each would cost their memory."""

import os
from typing import Literal

import torch

from irm_core.training.device import resolve

VISIBLE = "CUDA_VISIBLE_DEVICES"


def gpus(device: Literal["auto", "cpu", "cuda"]) -> tuple[str, ...]:
    """The GPUs to train on, each as `VISIBLE` names it; none for the CPU. UsageError if cuda is missing."""
    if resolve(device).type != "cuda":
        return ()
    count = torch.cuda.device_count()
    named = os.environ.get(VISIBLE)
    return tuple(named.split(",")[:count]) if named else tuple(map(str, range(count)))
