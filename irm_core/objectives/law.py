"""The one law: an objective is a function of sums over the rows of each environment.

Shapes: N rows, E environments, C outputs, D features. Any leading dimensions (`...`), such as K candidates,
are carried through everything. The law, S(A ∪ B) = S(A) + S(B), is what makes micro-batches, data-parallel
training and sweeps exact: sums may be added up in any pieces before `terms` looks at their means.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from irm_core.objectives.losses import Loss
from irm_core.objectives.membership import Membership

Sums = dict[str, Tensor]
ROWS = "rows"
LOSS = "loss"


@dataclass(frozen=True)
class Rows:
    """N rows as an objective sees them.

    outputs [..., N, C], features [..., N, D] (what the head reads), targets [..., N].
    membership: which environment each row belongs to, and its weight.
    """

    outputs: Tensor
    features: Tensor
    targets: Tensor
    membership: Membership

    def total(self, values: Tensor) -> Tensor:
        """Sum of one number per row over the rows of each environment: [..., N] -> [..., E]."""
        return self.membership.sums(values.unsqueeze(-1)).squeeze(-1)

    def totals(self, values: Tensor) -> Tensor:
        """Sum of a vector per row over the rows of each environment: [..., N, S] -> [..., E, S]."""
        return self.membership.sums(values)

    def outer(self, left: Tensor, right: Tensor) -> Tensor:
        """Sum of left ⊗ right over each environment's rows: [..., N, C], [..., N, D] -> [..., E, C, D]."""
        shared = self.membership.matrix.unsqueeze(-1) * left.unsqueeze(-2)
        return (shared.flatten(-2).mT @ right).unflatten(-2, shared.shape[-2:])


@dataclass(frozen=True)
class Environments:
    """What `terms` sees: means per environment, and how much each environment counts.

    means: name -> [..., E, *S], zero in an environment without weight.
    rows [..., E]: the (weighted) number of rows behind each mean.
    weights [..., E]: each environment's share of the objective. They sum to one; an environment that has no
    row here, or is not trained on, has none. state [..., E]: what the objective carried over from the last
    step.
    """

    means: Sums
    rows: Tensor
    weights: Tensor
    state: Tensor

    @property
    def risks(self) -> Tensor:
        """Mean loss of each environment, [..., E]."""
        return self.means[LOSS]

    @property
    def risk(self) -> Tensor:
        """R̄ = Σ_e a_e R_e, with the weights a: [...]."""
        return self.average(self.risks)

    @property
    def correction(self) -> Tensor:
        """n / (n − 1), which makes a mean squared deviation of rows unbiased; 0 for one row: [..., E]."""
        return torch.where(self.rows > 1, self.rows / (self.rows - 1).clamp_min(torch.finfo().tiny), 0)

    def average(self, values: Tensor) -> Tensor:
        """Σ_e a_e v_e over the environments, [..., E] -> [...]."""
        return (self.weights * values).sum(-1)

    def centred(self, values: Tensor) -> Tensor:
        """v_e − v̄ for one tensor per environment, [..., E, *S] -> the same."""
        weights = extended(self.weights, values.ndim - self.risks.ndim)
        return values - (weights * values).sum(self.risks.ndim - 1, keepdim=True)

    def penalised(self, penalties: Tensor) -> "Terms":
        """The risk R̄ and the mean of one penalty per environment, [..., E]."""
        return Terms(self.risk, self.average(penalties), self.risks, penalties)


@dataclass(frozen=True)
class Terms:
    """What is minimised: risk + λ · penalty, each [...].

    risks, penalties [..., E]: each environment's risk, and what it contributes to the penalty.
    state [..., E]: to be handed to the next step, where the objective keeps one.
    """

    risk: Tensor
    penalty: Tensor
    risks: Tensor
    penalties: Tensor
    state: Tensor | None = None


@dataclass(frozen=True)
class Objective:
    """Two pure functions: `statistics` adds up over rows, `penalise` looks at the environments' means.

    statistics: sums over the rows of each environment, beyond the rows and losses that every objective needs.
    penalise: risk and penalty from the means.
    """

    name: str
    description: str
    statistics: Callable[[Rows, Loss], Sums]
    penalise: Callable[[Environments], Terms]

    def sums(self, rows: Rows, loss: Loss) -> Sums:
        """Everything this objective needs of `rows`, name -> [..., E, *S]. Additive over rows."""
        losses = loss.value(rows.outputs, rows.targets)
        return {
            ROWS: rows.membership.counts,
            LOSS: rows.total(losses),
            **self.statistics(rows, loss),
        }

    def terms(self, sums: Sums, weights: Tensor, state: Tensor) -> Terms:
        """Risk and penalty, given the sums over all rows.

        weights [..., E]: how much each environment counts, of any scale; zero for one that is not trained on.
        state [..., E]: zeros at the first step.
        """
        rows = sums[ROWS].to(sums[LOSS].dtype)
        present = weights.where(rows > 0, 0)
        shares = present / present.sum(-1, keepdim=True).clamp_min(torch.finfo(present.dtype).tiny)
        per_row = rows.reciprocal().where(shares > 0, 0)  # so that a mean over no rows is zero, not 0/0
        means = {
            name: total * extended(per_row, total.ndim - sums[LOSS].ndim)
            for name, total in sums.items()
            if name != ROWS
        }
        return self.penalise(Environments(means, rows, shares, state))


def extended(tensor: Tensor, extra: int) -> Tensor:
    """The tensor with `extra` more dimensions at its end."""
    return tensor.reshape(tensor.shape + (1,) * extra) if extra else tensor
