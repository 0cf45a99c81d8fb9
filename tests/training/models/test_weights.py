"""Weights come from a local file of the right names and shapes, or a sentence says what is wrong."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from irm_core.errors import UsageError
from irm_core.training.models.blocks import FrozenBatchNorm
from irm_core.training.models.weights import load_weights


class Backbone(nn.Module):
    """Two layers, named as torchvision's are."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 1, bias=False), FrozenBatchNorm(4)


def state() -> dict[str, Tensor]:
    """What torchvision would have saved: the last layer too, and how many batches it has seen."""
    names = {name: torch.rand(one.shape) for name, one in Backbone().state_dict().items() if one.ndim}
    return names | {"bn1.num_batches_tracked": torch.tensor(7), "fc.weight": torch.rand(1000, 4)}


def saved(content: Any, path: Path) -> Path:
    save_file(content, path) if path.suffix == ".safetensors" else torch.save(content, path)
    return path


@pytest.mark.parametrize("file", ["weights.pth", "weights.safetensors"])
def test_all_but_the_last_layer_is_taken(tmp_path: Path, file: str) -> None:
    given, backbone = state(), Backbone()
    load_weights(backbone, saved(given, tmp_path / file))
    for name in ("conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"):
        assert torch.equal(backbone.state_dict()[name], given[name])


def test_a_file_without_counters_is_as_good(tmp_path: Path) -> None:
    given = {name: one for name, one in state().items() if "num_batches" not in name}
    load_weights(Backbone(), saved(given, tmp_path / "weights.safetensors"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"conv1.weight": None, "bn1.bias": None}, r"the file lacks bn1\.bias, conv1\.weight"),
        ({"layer9.weight": torch.rand(2)}, r"has, unlike this model, layer9\.weight"),
        ({"conv1.weight": torch.rand(4, 3, 7, 7)}, r"in another shape conv1\.weight"),
    ],
)
def test_weights_of_another_model_are_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    given = {name: one for name, one in (state() | changes).items() if one is not None}
    with pytest.raises(UsageError, match=said):
        load_weights(Backbone(), saved(given, tmp_path / "weights.pth"))


def test_a_long_list_of_names_is_cut_short(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"lacks bn1\.bias, bn1\.running_mean, bn1\.running_var and 2 more"):
        load_weights(Backbone(), saved({}, tmp_path / "weights.pth"))


def test_an_absent_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no file .*absent\.pth.*downloaded"):
        load_weights(Backbone(), tmp_path / "absent.pth")


@pytest.mark.parametrize("file", ["weights.pth", "weights.safetensors"])
def test_damage_is_said(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_bytes(b"damage")
    with pytest.raises(UsageError, match="cannot be read"):
        load_weights(Backbone(), tmp_path / file)


@pytest.mark.parametrize("content", [[1, 2], {"epoch": 3, "state_dict": {}}])
def test_anything_but_tensors_by_name_is_refused(tmp_path: Path, content: Any) -> None:
    with pytest.raises(UsageError, match="must be a state dict"):
        load_weights(Backbone(), saved(content, tmp_path / "weights.pth"))


def test_a_pickled_module_is_refused_and_never_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_weights(Backbone(), saved(nn.Linear(2, 2), tmp_path / "weights.pth"))
