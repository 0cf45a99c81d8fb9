"""The sums of losses and slopes of K linear models, from the moments of the rows."""

import torch
from torch import Tensor

from irm_core.objectives.law import LOSS, ROWS, Sums
from irm_core.objectives.pullback import SLOPE
from irm_core.training.linear.moments import Moments


class LinearSums:
    """Σ (z − y)² and Σ 2 z (z − y) over the rows of each environment, with z = ⟨x, w⟩ + b.

    With x̃ = (x, 1, y), M = Σ x̃ x̃ᵀ and θ = (w, b, −1), they are θᵀMθ and 2 uᵀMθ, u being θ with 0 at its end.
    They are computed in double precision, since little is left of large products.
    parameters: K models' u without that end, [K, D + 1].
    """

    def __init__(self, parameters: Tensor, moments: Moments) -> None:
        self.parameters, self.moments = parameters, moments
        own = parameters.T.double()  # candidates last: what lies beside each other is worked on together
        known = torch.cat([own, own.new_full((1, own.shape[1]), -1)])  # θ, [D + 2, K]
        self.along = (moments.products.flatten(0, 1) @ known).view(*moments.products.shape[:2], -1)  # Mθ
        terms = self.along * known
        slopes = terms[:, :-1].sum(1)
        losses = (slopes + terms[:, -1]).clamp_min(0)  # rounding can make a small one negative
        self.sums: Sums = {
            ROWS: moments.counts,
            LOSS: losses.T.to(parameters.dtype),
            SLOPE: (2 * slopes).T.to(parameters.dtype).unsqueeze(-1),
        }

    def pull(self, directions: Sums) -> Tensor:
        """Σ_name ⟨direction, ∂sum/∂parameters⟩, [K, D + 1].

        By u, θᵀMθ has the derivative 2 Mθ, and 2 uᵀMθ has 2 (2 Mθ + M e), e being the last unit vector.
        """
        of_losses = directions[LOSS].double()
        if SLOPE not in directions:
            return (2 * self._along(of_losses)).to(self.parameters.dtype)
        of_slopes = directions[SLOPE].squeeze(-1).double()
        found = self._along(of_losses + 2 * of_slopes) + of_slopes @ self.moments.products[:, :-1, -1]
        return (2 * found).to(self.parameters.dtype)

    def _along(self, shares: Tensor) -> Tensor:
        """Σ_e of Mθ without its end, each times its share, [K, E]: [K, D + 1]."""
        return (shares.T.unsqueeze(1) * self.along[:, :-1]).sum(0).T
