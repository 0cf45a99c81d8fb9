"""A linear model."""

from torch import nn

from irm_core.training.models.model import Model
from irm_core.training.models.shape import Shape


def linear(shape: Shape) -> Model:
    """The inputs themselves, and a linear head."""
    return Model(nn.Flatten(), nn.Linear(shape.inputs, shape.outputs))
