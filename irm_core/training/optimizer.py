"""Adam for K candidates at once, each a row of one tensor."""

import torch
from torch import Tensor

MEAN_DECAY, SQUARE_DECAY, EPSILON = 0.9, 0.999, 1e-8


class Adam:
    """AdamW (Kingma & Ba 2015; decoupled decay: Loshchilov & Hutter 2019) on parameters [K, P], in place.

    torch.optim has one learning rate per tensor; here each row has its own, and all rows are one operation.
    Decoupled decay does not change when the objective is divided by λ.
    learning_rate: [K]. mean, square: the moments [K, P]. count: steps made.
    """

    def __init__(self, parameters: Tensor, learning_rate: Tensor, weight_decay: float) -> None:
        self.parameters = parameters
        self.learning_rate = learning_rate.unsqueeze(1)
        self.weight_decay = weight_decay
        self.mean = torch.zeros_like(parameters)
        self.square = torch.zeros_like(parameters)
        self.count = 0

    def step(self, gradient: Tensor, share: float = 1.0) -> None:
        """One update along `gradient`, [K, P], at this share of the learning rates."""
        self.count += 1
        self.mean.lerp_(gradient, 1 - MEAN_DECAY)
        self.square.mul_(SQUARE_DECAY).addcmul_(gradient, gradient, value=1 - SQUARE_DECAY)
        spread = self.square.sqrt().mul_((1 - SQUARE_DECAY**self.count) ** -0.5).add_(EPSILON)
        rate = self.learning_rate * share
        if self.weight_decay:
            self.parameters.mul_(1 - rate * self.weight_decay)
        self.parameters.addcdiv_(self.mean * (rate / (MEAN_DECAY**self.count - 1)), spread)

    def restart(self) -> None:
        """Forget the moments."""
        self.mean.zero_()
        self.square.zero_()
        self.count = 0


def clipped(gradient: Tensor, longest: float) -> Tensor:
    """Each row of `gradient`, [K, P], scaled to a norm of at most `longest`."""
    norms = torch.linalg.vector_norm(gradient, dim=1, keepdim=True)
    return gradient * (longest / norms).clamp_max(1)
