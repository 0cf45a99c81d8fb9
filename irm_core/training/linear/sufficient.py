"""Whether moments tell all that a training asks of the rows, and at less cost."""

from collections.abc import Iterable

import torch
from torch import nn

from irm_core.objectives.law import Objective, Rows
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.examples import Examples
from irm_core.training.linear.moments import Moments, products
from irm_core.training.linear.sums import LinearSums
from irm_core.training.models import Model
from irm_core.training.plan import TrainingPlan

LOSS_NAME = "squared_error"


def is_linear(model: Model) -> bool:
    """Whether the model is ⟨x, w⟩ + b, all of it trained, with its parameters in this order."""
    head = model.head
    return (
        type(model.backbone) is nn.Identity
        and type(model.featurizer) is nn.Flatten
        and type(head) is nn.Linear
        and [name for name, one in head.named_parameters() if one.requires_grad] == ["weight", "bias"]
        and head.out_features == 1
    )


def moments_suffice(
    objectives: Iterable[Objective], examples: Examples, plan: TrainingPlan, loss: str
) -> bool:
    """Whether linear models learn the same from moments of a table's rows, at less cost per step.

    All rows must be in every step, in full precision, and no objective may ask for more than losses and
    slopes. A step costs E D² multiplications then, instead of N D.
    """
    table = examples.inputs.ndim == 2 and examples.inputs.is_floating_point()
    full = plan.batch_size is None and plan.precision == "float32"
    if not (table and full and loss == LOSS_NAME):
        return False
    cheaper = len(examples.environments) * (examples.inputs.shape[1] + 2) <= len(examples.targets)
    return cheaper and all(map(needs_moments_only, objectives))


def needs_moments_only(objective: Objective) -> bool:
    """Whether moments give all sums that the objective asks of rows under a linear model: tried on eight."""
    random = torch.Generator().manual_seed(0)
    inputs, targets, parameters = (
        torch.randn(*shape, generator=random, dtype=torch.float64) for shape in ((8, 2), (8,), (1, 3))
    )
    membership = Membership(torch.arange(8) % 2, 2)
    outputs = (inputs @ parameters[0, :2] + parameters[0, 2]).unsqueeze(1)
    asked = objective.sums(Rows(outputs, inputs, targets, membership), LOSSES[LOSS_NAME])
    moments = Moments(products(Batch(inputs, targets, membership, shared=True)), ("0", "1"))
    given = LinearSums(parameters, moments).sums
    return all(name in given and _equal(one, given[name]) for name, one in asked.items())


def _equal(asked: torch.Tensor, given: torch.Tensor) -> bool:
    own = given.view(2, -1)  # one candidate
    return asked.numel() == own.numel() and torch.allclose(asked.double().reshape(2, -1), own)
