"""A multi-layer perceptron."""

from itertools import pairwise

from torch import nn

from irm_core.training.models.embedding import Embedded
from irm_core.training.models.model import Model
from irm_core.training.models.shape import Shape


def mlp(shape: Shape) -> Model:
    """Linear layers of the widths `hidden`, a ReLU after each; categories are embedded."""
    first = Embedded(shape) if shape.categories else nn.Flatten()
    widths = (first.width if isinstance(first, Embedded) else shape.inputs, *shape.hidden)
    layers = [layer for a, b in pairwise(widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return Model(nn.Sequential(first, *layers), nn.Linear(widths[-1], shape.outputs))
