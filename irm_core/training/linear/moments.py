"""Sums of products of columns in each environment: all that a linear model with squared loss learns from."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from irm_core.training.batches import Batch
from irm_core.training.distributed import add_over_processes
from irm_core.training.threads import threads_for

MOST_ROWS = 16_384  # that are held in double precision at once: as many as caches hold


@dataclass(frozen=True)
class Moments:
    """Σ x̃ x̃ᵀ over the rows of each environment, with x̃ = (x, 1, y): float64 [E, D + 2, D + 2].

    A row of weight w counts as w rows. environments: the names of the E environments.
    origin: what was subtracted from x and y before, [D + 1], if anything was, so that no digits are lost.
    """

    products: Tensor
    environments: tuple[str, ...]
    origin: Tensor | None = None

    @property
    def counts(self) -> Tensor:
        """The (weighted) number of rows of each environment, [E]."""
        return self.products[:, -2, -2]

    def to(self, device: torch.device) -> "Moments":
        """The same, on the device."""
        return replace(self, products=self.products.to(device))


def moments_of(batch: Batch, environments: tuple[str, ...]) -> Moments:
    """The moments of rows [N, D] that all candidates share, of this process and all others."""
    total = torch.stack([products(piece) for piece in batch.split(MOST_ROWS)]).sum(0)
    add_over_processes([total])
    return Moments(total, environments)


def products(piece: Batch) -> Tensor:
    """Σ x̃ x̃ᵀ over the rows of each environment, [E, D + 2, D + 2]. Additive over rows."""
    with threads_for(len(piece.targets) * (piece.inputs.shape[1] + 2) ** 2):
        return _products(piece)


def _products(piece: Batch) -> Tensor:
    targets = piece.targets.double().unsqueeze(1)
    inputs = piece.inputs.to(targets)  # which a GPU may be sent only now
    columns = torch.cat([inputs, torch.ones_like(targets), targets], dim=1)
    index, weights = piece.membership.index, piece.membership.weights
    weighted = columns if weights is None else columns * weights.unsqueeze(1)
    order = index.argsort(stable=True)
    counts = index.bincount(minlength=piece.membership.environments).tolist()
    blocks = zip(columns[order].split(counts), weighted[order].split(counts), strict=True)
    return torch.stack([left.T @ right for left, right in blocks])
