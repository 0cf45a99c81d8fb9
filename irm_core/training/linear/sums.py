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
        own = parameters.double()
        known = torch.cat([own, own.new_full((len(own), 1), -1)], dim=1)
        environments = len(moments.products)
        self.along = (known @ moments.beside).unflatten(1, (environments, -1))  # Mθ, [K, E, D + 2]
        terms = self.along * known.unsqueeze(1)
        slopes = terms[..., :-1].sum(-1)
        losses = (slopes + terms[..., -1]).clamp_min(0)  # rounding can make a small one negative
        self.sums: Sums = {
            ROWS: moments.counts,
            LOSS: losses.to(parameters.dtype),
            SLOPE: (2 * slopes).to(parameters.dtype).unsqueeze(-1),
        }

    def pull(self, directions: Sums) -> Tensor:
        """Σ_name ⟨direction, ∂sum/∂parameters⟩, [K, D + 1].

        By u, θᵀMθ has the derivative 2 Mθ, and 2 uᵀMθ has 2 (2 Mθ + M e), e being the last unit vector.
        """
        a, b = directions[LOSS].double(), directions.get(SLOPE)
        if b is None:
            found = 2 * (a.unsqueeze(-1) * self.along[..., :-1]).sum(1)
        else:
            b = b.squeeze(-1).double()
            of_along = ((a + 2 * b).unsqueeze(-1) * self.along[..., :-1]).sum(1)
            found = 2 * (of_along + b @ self.moments.products[:, :-1, -1])
        return found.to(self.parameters.dtype)
