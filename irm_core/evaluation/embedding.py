"""What a frozen backbone makes of each image: computed once, before any training."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from irm_core.data.rows import Rows
from irm_core.errors import UsageError
from irm_core.training.device import resolve
from irm_core.training.forward import outputs
from irm_core.training.models import Architecture, Model
from irm_core.training.plan import TrainingPlan


def embedded(rows: Rows, plan: TrainingPlan) -> Rows:
    """The rows with the features of their images, where the plan trains a head only and they have none yet.

    `UsageError` if they have no images, and for weights that are not those of the plan's model.
    """
    if plan.trained == "all" or rows.embedded is not None:
        return rows
    if rows.pixels is None:
        raise UsageError(f"The plan's model, {plan.model}, reads images, but these data have none.")
    reader = Model(nn.Identity(), nn.Identity(), backbone(rows.pixels.shape[1:], plan))
    found = outputs(reader.to(resolve(plan.device)), torch.from_numpy(rows.pixels))
    return replace(rows, embedded=found.cpu().numpy())


def backbone(shape: tuple[int, ...], plan: TrainingPlan) -> nn.Module:
    """What the plan keeps frozen, with its weights, to read images of (channels, height, width)."""
    architecture = Architecture(name=plan.model, input_shape=shape, outputs=1, pretrained=True, frozen=True)
    return architecture.build(0, weights_file(plan)).backbone


def weights_file(plan: TrainingPlan) -> Path | None:
    """Where the plan's weights are, if it names any."""
    return None if plan.weights is None else Path(plan.weights)
