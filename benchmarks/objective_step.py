"""Risk and penalty of IRMv1, forward and backward, by the number of environments."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks import plain_loop
from benchmarks.measure import Measured, cpu_seconds
from irm_core.objectives import OBJECTIVES
from irm_core.objectives.law import Rows
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership
from irm_core.training.schedule import shares

ROWS = 4096
PENALTY_WEIGHT = 100.0
Gradient = Callable[[], Tensor]


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    costs: dict[int, float] = {}
    differences: dict[int, str] = {}
    for count in (2, 8, 64, 256):
        ours, theirs = closed_form(count), double_backward(count)
        costs[count], differences[count] = cpu_seconds(ours, repeats=9), agreement(ours(), theirs())
        if count in TARGETS:
            yield Measured(
                what=f"IRMv1, risk and penalty, forward and backward: {ROWS:,} rows, {count} environments",
                against="loop over environments, double backward",
                ours=costs[count],
                theirs=cpu_seconds(theirs, repeats=9),
                agreement=differences[count],
                least=TARGETS[count],
            )
    yield Measured(
        what=f"the same, {ROWS:,} rows: 256 environments",
        against="2 environments",
        ours=costs[256],
        theirs=costs[2],
        agreement=differences[256],
        most=1.5,
    )


TARGETS = {8: 8.0, 64: 50.0}


def rows(count: int) -> tuple[Tensor, Tensor]:
    """Logits and labels, as many of every environment."""
    random = torch.Generator().manual_seed(count)
    labels = torch.randint(0, 2, (ROWS,), generator=random).float()
    return torch.randn(ROWS, generator=random), labels


def double_backward(count: int) -> Gradient:
    """∂J/∂logits, [N], by the loop."""
    logits, labels = rows(count)
    logits.requires_grad_()

    def gradient() -> Tensor:
        environments = plain_loop.parted(logits.unsqueeze(1), labels, count)
        loss = binary_cross_entropy_with_logits
        value = plain_loop.objective(lambda logit: logit, environments, loss, PENALTY_WEIGHT)
        return torch.autograd.grad(value, logits)[0]

    return gradient


def closed_form(count: int) -> Gradient:
    """∂J/∂logits, [N], as a training step of minibatches computes it."""
    logits, labels = rows(count)
    environments = torch.arange(count)
    membership = Membership(environments.repeat_interleave(ROWS // count), count, blocks=environments)
    weights, strength = torch.full((count,), 1 / count), torch.tensor(PENALTY_WEIGHT)
    objective, loss = OBJECTIVES["irm"], LOSSES["binary_cross_entropy"]
    outputs = logits.unsqueeze(1)

    def gradient() -> Tensor:
        sums, pull = objective.linearised(Rows(outputs, outputs, labels, membership), loss)
        _, directions = objective.directions(sums, weights, torch.zeros_like(weights), *shares(strength))
        return pull(directions)[0].squeeze(1)

    return gradient


def agreement(ours: Tensor, theirs: Tensor) -> str:
    """How far the gradients differ at most, beside the largest."""
    return f"gradients differ by {(ours - theirs).abs().max():.1e} of {theirs.abs().max():.1e}"
