"""Rows set aside to measure models on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import polars as pl
import torch
from torch import Tensor

from irm_core.data.target import Target
from irm_core.evaluation.metrics import measure
from irm_core.objectives.losses import loss_name
from irm_core.training.examples import Examples
from irm_core.training.forward import outputs
from irm_core.training.gathering import gathered
from irm_core.training.models import Model


@dataclass(frozen=True)
class Sample:
    """inputs [N, ...], targets [N], membership [N] in `environments`; unit: label units per target unit.

    weights [N]: how much each row counts; None where all count alike.
    """

    inputs: Tensor
    targets: Tensor
    membership: Tensor
    environments: tuple[str, ...]
    loss: str
    unit: float
    weights: Tensor | None = None

    @classmethod
    def of(cls, examples: Examples, target: Target, rows: Tensor) -> Self:
        """The rows of these indices; `target` is what encoded the examples."""
        return cls(
            inputs=gathered(examples.inputs, rows),
            targets=examples.targets[rows],
            membership=examples.membership[rows],
            environments=examples.environments,
            loss=loss_name(target.task, len(target.classes)),
            unit=target.scale,
            weights=None if examples.weights is None else examples.weights[rows],
        )

    def measured(self, model: Model) -> pl.DataFrame:
        """A line per environment; see `measure`."""
        found = outputs(model, self.inputs)
        return measure(
            found, self.targets, self.membership, self.environments, self.loss, self.unit, self.weights
        )


def judged(examples: Examples, trained: Collection[str]) -> Tensor:
    """The rows that a model may be judged by: validation rows of environments trained on, all of others."""
    return (examples.validation | ~examples.within(trained)).nonzero().squeeze(1)


def thinned(rows: Tensor, membership: Tensor, most: int) -> Tensor:
    """At most `most` of these rows of each environment, drawn at random, always the same ones."""
    order = rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(0))]
    order = order[membership[order].argsort(stable=True)]
    counts = membership[order].bincount()
    place = torch.arange(len(order)) - (counts.cumsum(0) - counts)[membership[order]]
    return order[place < most]
