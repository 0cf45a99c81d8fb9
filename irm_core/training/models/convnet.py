"""A small convolutional network."""

from itertools import pairwise
from math import log2

from torch import nn

from irm_core.errors import UsageError
from irm_core.training.models.model import Model
from irm_core.training.models.shape import Shape

SIDE = 4  # blocks halve an image until it is about this small
WIDTHS = (16, 32, 64, 64)


def convnet(shape: Shape) -> Model:
    """3×3 convolutions that halve the image until it is small, pooled to 2×2. For images of 8×8 and more."""
    sides = shape.input_shape[1:]
    if len(sides) != 2 or min(sides) < 8:
        raise UsageError(
            f"The convnet reads images of at least 8×8 pixels, not inputs of shape {shape.input_shape}. "
            "Use model: mlp."
        )
    blocks = min(len(WIDTHS), 1 + round(log2(min(sides) / SIDE)))
    widths = (shape.input_shape[0], *WIDTHS[:blocks])
    layers: list[nn.Module] = []
    for a, b in pairwise(widths):
        layers += [nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    layers[-1] = nn.AdaptiveAvgPool2d(2)
    return Model(nn.Sequential(*layers, nn.Flatten()), nn.Linear(4 * widths[-1], shape.outputs))
