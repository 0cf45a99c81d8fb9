"""Where tensors live."""

from typing import Literal

import torch

from irm_core.errors import UsageError


def resolve(device: Literal["auto", "cpu", "cuda"]) -> torch.device:
    """The device to train on; "auto" takes a GPU if there is one. UsageError if cuda is missing."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device == "cuda" and not torch.cuda.is_available():
        raise UsageError(
            "The plan asks for device: cuda, but no CUDA device is usable here. Say device: auto."
        )
    return torch.device(device)
