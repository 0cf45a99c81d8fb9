"""What everything is measured against: IRMv1 as research code has it.

A loop over environments, and in it a second backward pass through the graph of the first, at a dummy scale
of 1 (Arjovsky et al. 2019, appendix D; the same in DomainBed and in WILDS).
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Environment = tuple[Tensor, Tensor]  # inputs and targets
Loss = Callable[[Tensor, Tensor], Tensor]
Model = Callable[[Tensor], Tensor]


def parted(inputs: Tensor, targets: Tensor, environments: int) -> list[Environment]:
    """Rows that come environment by environment, as many of each; targets get a dimension of outputs."""
    parts = inputs.chunk(environments), targets.unsqueeze(1).chunk(environments)
    return list(zip(*parts, strict=True))


def penalty(outputs: Tensor, targets: Tensor, loss: Loss) -> Tensor:
    """(∂R_e(s·z)/∂s at s = 1)², by automatic differentiation."""
    scale = torch.tensor(1.0, requires_grad=True)
    (slope,) = torch.autograd.grad(loss(outputs * scale, targets), [scale], create_graph=True)
    return slope.square().sum()


def objective(model: Model, environments: Sequence[Environment], loss: Loss, weight: float) -> Tensor:
    """(mean risk + λ · mean penalty) / max(1, λ)."""
    risks, penalties = [], []
    for inputs, targets in environments:
        outputs = model(inputs)
        risks.append(loss(outputs, targets))
        penalties.append(penalty(outputs, targets, loss))
    value = torch.stack(risks).mean() + weight * torch.stack(penalties).mean()
    return value / max(1.0, weight)


def train(
    model: torch.nn.Module,
    batches: Callable[[], Sequence[Environment]],
    loss: Loss,
    weights: Sequence[float],
    learning_rate: float,
) -> None:
    """A step of Adam for each penalty weight, on the rows that `batches` gives."""
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for weight in weights:
        optimizer.zero_grad()
        objective(model, batches(), loss, weight).backward()
        optimizer.step()
