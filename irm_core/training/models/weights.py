"""Weights of a backbone from a local file. Nothing is ever downloaded."""

from collections.abc import Iterable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from irm_core.errors import UsageError

HEAD = "fc."  # torchvision's last layer, which names ImageNet's classes
COUNTER = ".num_batches_tracked"  # statistics that stay as they are need none


def load_weights(backbone: nn.Module, path: Path) -> None:
    """Put the weights in `path`, .safetensors or a state dict that torch has saved, into the backbone.

    Those of the last layer are left out. UsageError where there is no such file, where it holds anything but
    tensors by name, and where names or shapes are not those of the backbone.
    """
    found = {name: one for name, one in _read(path).items() if not name.startswith(HEAD)}
    expected = backbone.state_dict()
    found |= {name: one for name, one in expected.items() if name.endswith(COUNTER)}
    _refuse(path, "lacks", expected.keys() - found.keys())
    _refuse(path, "has, unlike this model,", found.keys() - expected.keys())
    shapes = {name for name, one in expected.items() if one.shape != found[name].shape}
    _refuse(path, "has in another shape", shapes)
    backbone.load_state_dict(found)


def _read(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise UsageError(f"There is no file {path}, which the plan's `weights` names. Nothing is downloaded.")
    try:
        found = load_file(path) if path.suffix == ".safetensors" else _unpickled(path)
    except (SafetensorError, UnpicklingError, RuntimeError, EOFError) as error:
        raise UsageError(f"The weights {path} cannot be read: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(one, Tensor) for one in found.values()):
        raise UsageError(
            f"The weights {path} must be a state dict: tensors by name, as in "
            "torch.save(model.state_dict(), path)."
        )
    return found


def _unpickled(path: Path) -> Any:
    """Tensors and plain containers only: no code runs."""
    return torch.load(path, map_location="cpu", weights_only=True)


def _refuse(path: Path, said: str, names: Iterable[str]) -> None:
    several = sorted(names)
    if several:
        more = f" and {len(several) - 3} more" if len(several) > 3 else ""
        raise UsageError(
            f"The weights {path} are of another model: the file {said} {', '.join(several[:3])}{more}."
        )
