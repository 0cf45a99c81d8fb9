"""The models that can be trained: a featurizer Φ, and a linear head w on it."""

from collections.abc import Callable
from itertools import pairwise
from math import log2, prod
from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict
from torch import Tensor, nn

from irm_core.errors import UsageError

CONVNET_SIDE = 4  # blocks halve an image until it is about this small
CONVNET_WIDTHS = (16, 32, 64, 64)


class Model(nn.Module):
    """outputs = head(featurizer(inputs)), [N, C]."""

    def __init__(self, featurizer: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.featurizer = featurizer
        self.head = head

    def outputs_and_features(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs [N, C], and the features [N, D] that the head reads.

        Inputs of type uint8 are pixels: 0..255 means 0..1.
        """
        features = self.featurizer(inputs / 255 if inputs.dtype == torch.uint8 else inputs)
        return self.head(features), features

    def forward(self, inputs: Tensor) -> Tensor:
        return self.outputs_and_features(inputs)[0]


class Architecture(BaseModel):
    """All that is needed to build a model again, but its weights.

    input_shape: of one example, (D,) or (channels, height, width). hidden: the widths of an mlp's layers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal["auto", "linear", "mlp", "convnet"]
    input_shape: tuple[int, ...]
    outputs: int
    hidden: tuple[int, ...] = ()

    def build(self, seed: int) -> Model:
        """A model with fresh weights, a function of `seed` alone."""
        return build(self.name, self.input_shape, self.outputs, self.hidden, seed)


def build(name: str, input_shape: tuple[int, ...], outputs: int, hidden: tuple[int, ...], seed: int) -> Model:
    """The model `name` ("auto": convnet for images, else mlp), its weights drawn from `seed`.

    The global random state is left as it was. UsageError for an unknown model, or one that cannot read the
    inputs.
    """
    if name == "auto":
        name = "convnet" if len(input_shape) == 3 else "mlp"
    if name not in MODELS:
        raise UsageError(f"There is no model {name!r}. Models: auto, {', '.join(MODELS)}.")
    with torch.random.fork_rng(devices=[]):
        torch.random.default_generator.manual_seed(seed)  # torch.manual_seed would reseed the GPUs too
        return MODELS[name](input_shape, outputs, hidden)


def _linear(input_shape: tuple[int, ...], outputs: int, hidden: tuple[int, ...]) -> Model:
    """The inputs themselves, and a linear head."""
    del hidden
    return Model(nn.Flatten(), nn.Linear(prod(input_shape), outputs))


def _mlp(input_shape: tuple[int, ...], outputs: int, hidden: tuple[int, ...]) -> Model:
    """Linear layers of the widths `hidden`, a ReLU after each."""
    widths = (prod(input_shape), *hidden)
    layers = [layer for a, b in pairwise(widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return Model(nn.Sequential(nn.Flatten(), *layers), nn.Linear(widths[-1], outputs))


def _convnet(input_shape: tuple[int, ...], outputs: int, hidden: tuple[int, ...]) -> Model:
    """3×3 convolutions that halve the image until it is small, pooled to 2×2. For images of 8×8 and more."""
    del hidden
    if len(input_shape) != 3 or min(input_shape[1:]) < 8:
        raise UsageError(
            f"The convnet reads images of at least 8×8 pixels, not inputs of shape {input_shape}. "
            "Use model: mlp."
        )
    blocks = min(len(CONVNET_WIDTHS), 1 + round(log2(min(input_shape[1:]) / CONVNET_SIDE)))
    widths = (input_shape[0], *CONVNET_WIDTHS[:blocks])
    layers: list[nn.Module] = []
    for a, b in pairwise(widths):
        layers += [nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    layers[-1] = nn.AdaptiveAvgPool2d(2)
    return Model(nn.Sequential(*layers, nn.Flatten()), nn.Linear(4 * widths[-1], outputs))


MODELS: dict[str, Callable[[tuple[int, ...], int, tuple[int, ...]], Model]] = {
    "linear": _linear,
    "mlp": _mlp,
    "convnet": _convnet,
}
