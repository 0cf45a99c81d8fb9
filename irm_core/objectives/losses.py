"""Losses per example, and their derivative along the outputs in closed form.

All four are of the form A(z) − y·z, up to a constant, so ∂ℓ/∂z = μ(z) − y with μ = A'. The derivative of
ℓ(s·z) by the dummy scale s at 1 is then r = ⟨z, ∂ℓ/∂z⟩: an ordinary function of z, so that the invariance
penalties need no second-order graph. Its own derivative is ∂r/∂z = ∂ℓ/∂z + (∂²ℓ/∂z²) z.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import log_softmax, one_hot, softplus


@dataclass(frozen=True)
class Loss:
    """A loss per example.

    value: outputs [..., N, C], targets [..., N] -> ℓ [..., N].
    gradient: outputs, targets -> ∂ℓ/∂z [..., N, C], itself differentiable by z.
    curvature: outputs, targets -> (∂²ℓ/∂z²) z [..., N, C].
    """

    value: Callable[[Tensor, Tensor], Tensor]
    gradient: Callable[[Tensor, Tensor], Tensor]
    curvature: Callable[[Tensor, Tensor], Tensor]

    def slope(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """r = ∂ℓ(s·z)/∂s at s = 1, per example: [..., N]."""
        return (outputs * self.gradient(outputs, targets)).sum(-1)


def differentiated(value: Callable[[Tensor, Tensor], Tensor]) -> Loss:
    """A loss known by its value alone, which must use each row's own outputs only.

    Its derivatives are taken by automatic differentiation, of the loss alone: no second-order graph of the
    model. The derivative of the gradient along the outputs is one forward-mode product (`jvp`).
    """

    def gradient(outputs: Tensor, targets: Tensor) -> Tensor:
        return torch.func.grad(lambda z: value(z, targets).sum())(outputs)

    def curvature(outputs: Tensor, targets: Tensor) -> Tensor:
        return torch.func.jvp(lambda z: gradient(z, targets), (outputs,), (outputs,))[1]

    return Loss(value, gradient, curvature)


def _squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs[..., 0] - targets).square()


def _squared_error_gradient(outputs: Tensor, targets: Tensor) -> Tensor:
    return 2 * (outputs - targets.unsqueeze(-1))


def _squared_error_curvature(outputs: Tensor, targets: Tensor) -> Tensor:
    del targets
    return 2 * outputs


def _binary_cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    logits = outputs[..., 0]
    return torch.addcmul(softplus(logits), targets, logits, value=-1)


def _binary_cross_entropy_gradient(outputs: Tensor, targets: Tensor) -> Tensor:
    return outputs.sigmoid() - targets.unsqueeze(-1)


def _binary_cross_entropy_curvature(outputs: Tensor, targets: Tensor) -> Tensor:
    del targets
    probability = outputs.sigmoid()
    return outputs * torch.addcmul(probability, probability, probability, value=-1)


def _cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    chosen = targets.expand(outputs.shape[:-1]).unsqueeze(-1)
    return -log_softmax(outputs, dim=-1).gather(-1, chosen).squeeze(-1)


def _cross_entropy_gradient(outputs: Tensor, targets: Tensor) -> Tensor:
    return outputs.softmax(-1) - one_hot(targets, outputs.shape[-1])


def _cross_entropy_curvature(outputs: Tensor, targets: Tensor) -> Tensor:
    del targets
    probabilities = outputs.softmax(-1)
    return probabilities * (outputs - (probabilities * outputs).sum(-1, keepdim=True))


def _poisson(outputs: Tensor, targets: Tensor) -> Tensor:
    return outputs[..., 0].exp() - targets * outputs[..., 0]


def _poisson_gradient(outputs: Tensor, targets: Tensor) -> Tensor:
    return outputs.exp() - targets.unsqueeze(-1)


def _poisson_curvature(outputs: Tensor, targets: Tensor) -> Tensor:
    del targets
    return outputs * outputs.exp()


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(_squared_error, _squared_error_gradient, _squared_error_curvature),
    "binary_cross_entropy": Loss(
        _binary_cross_entropy, _binary_cross_entropy_gradient, _binary_cross_entropy_curvature
    ),
    "cross_entropy": Loss(_cross_entropy, _cross_entropy_gradient, _cross_entropy_curvature),
    "poisson": Loss(_poisson, _poisson_gradient, _poisson_curvature),
}


def loss_name(task: Literal["regression", "classification"], classes: int = 0) -> str:
    """The loss of a task: squared error, or cross-entropy with one logit (two classes) or one per class."""
    if task == "regression":
        return "squared_error"
    return "binary_cross_entropy" if classes == 2 else "cross_entropy"


def output_count(loss: str, classes: int = 0) -> int:
    """C, the number of outputs a model needs for `loss`."""
    return classes if loss == "cross_entropy" else 1
