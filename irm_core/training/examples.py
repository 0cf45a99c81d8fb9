"""Examples as tensors: what training and evaluation read."""

from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Examples:
    """N rows of a data version.

    inputs: float32 [N, D], or [N, channels, height, width] for images.
    targets: float32 [N] standardised (regression) or int64 [N] class indices (classification).
    membership: int64 [N], the index of each row's environment in `environments`.
    validation: bool [N], rows never trained on, for in-distribution risk.
    environments: names, in the order of the version's manifest.
    weights: float32 [N], not negative, if rows do not count alike: a row of weight 2 is two rows.
    """

    inputs: Tensor
    targets: Tensor
    membership: Tensor
    validation: Tensor
    environments: tuple[str, ...]
    weights: Tensor | None = None

    def within(self, environments: Collection[str]) -> Tensor:
        """Which rows lie in these environments, bool [N]."""
        own = torch.tensor([name in environments for name in self.environments])
        return own.to(self.membership.device)[self.membership]
