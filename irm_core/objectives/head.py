"""Gradients of single rows with respect to a linear head with bias, in closed form."""

from torch import Tensor
from torch.nn.functional import pad

from irm_core.objectives.law import Rows
from irm_core.objectives.losses import Loss


def head_gradient(rows: Rows, loss: Loss) -> tuple[Tensor, Tensor]:
    """The factors of each row's gradient ∂ℓ/∂(W, b) = ∂ℓ/∂z ⊗ (φ, 1): [..., N, C] and [..., N, D + 1]."""
    return loss.gradient(rows.outputs, rows.targets), pad(rows.features, (0, 1), value=1.0)
