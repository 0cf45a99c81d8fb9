"""Vectors that stand for categories (Guo & Berkhahn 2016, arXiv:1604.06737)."""

from itertools import accumulate

import torch
from torch import Tensor, nn

from irm_core.training.models.shape import Shape


class Embedded(nn.Module):
    """Inputs [N, D] with each index replaced by its vector, at the end: [N, D − J + J · width] for J indices.

    All columns share one table, a row per value of each: one look-up, however many columns. The vector of an
    unknown value begins as zero, the mean of the others: training rows without such values do not change it.
    """

    places: Tensor
    others: Tensor
    first: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        counts = list(shape.categories.values())
        ends = torch.tensor(list(accumulate(counts)))
        others = [place for place in range(shape.inputs) if place not in shape.categories]
        for name, one in (
            ("places", torch.tensor(list(shape.categories))),
            ("others", torch.tensor(others, dtype=torch.long)),
            ("first", ends - torch.tensor(counts)),
        ):
            self.register_buffer(name, one, persistent=False)
        self.table = nn.Embedding(sum(counts), shape.embedding)
        with torch.no_grad():
            self.table.weight[ends - 1] = 0
        self.width = len(others) + len(counts) * shape.embedding

    def forward(self, inputs: Tensor) -> Tensor:
        vectors = self.table(inputs[..., self.places].long() + self.first)
        return torch.cat([inputs[..., self.others], vectors.flatten(-2)], dim=-1)
