"""All that is needed to build a model again, but its weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import torch

from irm_core.errors import UsageError
from irm_core.training.models.convnet import convnet
from irm_core.training.models.linear import linear
from irm_core.training.models.mlp import mlp
from irm_core.training.models.model import Model
from irm_core.training.models.resnet import resnet18, resnet34, resnet50
from irm_core.training.models.shape import Shape
from irm_core.training.models.weights import load_weights

MODELS: dict[str, Callable[[Shape], Model]] = {
    "linear": linear,
    "mlp": mlp,
    "convnet": convnet,
    "resnet18": resnet18,
    "resnet34": resnet34,
    "resnet50": resnet50,
}
ModelName = Literal["auto", "linear", "mlp", "convnet", "resnet18", "resnet34", "resnet50"]


class Architecture(Shape):
    """A name in MODELS, or "auto" (convnet for images, else mlp), and its shape."""

    name: ModelName

    def build(self, seed: int, weights: Path | None = None) -> Model:
        """A model with weights drawn from `seed`, but for those below the head that a file of a ResNet has.

        The global random state is left as it was. UsageError for a model that cannot read the inputs.
        """
        name = self.name
        if name == "auto":
            name = "convnet" if len(self.input_shape) == 3 else "mlp"
        with torch.random.fork_rng(devices=[]):
            torch.random.default_generator.manual_seed(seed)  # torch.manual_seed would reseed the GPUs too
            model = MODELS[name](self)
        if weights is not None:
            load_weights(model.backbone if self.frozen else model.featurizer, weights)
        return model


def build(name: str, input_shape: tuple[int, ...], outputs: int, hidden: tuple[int, ...], seed: int) -> Model:
    """The model `name`, as `Architecture.build`; UsageError for an unknown one."""
    if name not in ("auto", *MODELS):
        raise UsageError(f"There is no model {name!r}. Models: auto, {', '.join(MODELS)}.")
    return Architecture.model_validate(
        {"name": name, "input_shape": input_shape, "outputs": outputs, "hidden": hidden}
    ).build(seed)
