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
Pulled = tuple[Tensor, Tensor | None]
Pull = Callable[[Sums], Pulled]
ROWS = "rows"
LOSS = "loss"
TINY = torch.finfo(torch.float32).tiny


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
        return torch.where(self.rows > 1, self.rows / (self.rows - 1).clamp_min(TINY), 0)

    def average(self, values: Tensor) -> Tensor:
        """Σ_e a_e v_e over the environments, [..., E] -> [...]."""
        return (self.weights * values).sum(-1)

    def centred(self, values: Tensor) -> Tensor:
        """v_e − v̄ for one tensor per environment, [..., E, *S] -> the same."""
        weights = extended(self.weights, values.ndim - self.risks.ndim)
        return values - (weights * values).sum(self.risks.ndim - 1, keepdim=True)

    def penalised(self, penalties: Tensor, by_means: Sums | None = None) -> "Terms":
        """The risk R̄ and the mean of one penalty per environment, [..., E]."""
        return Terms(self.risk, self.average(penalties), self.risks, penalties, by_means)


@dataclass(frozen=True)
class Terms:
    """What is minimised: risk + λ · penalty, each [...].

    risks, penalties [..., E]: each environment's risk, and what it contributes to the penalty.
    by_means: the derivative of the penalty by each mean that it depends on, if its closed form is known.
    state [..., E]: to be handed to the next step, where the objective keeps one.
    """

    risk: Tensor
    penalty: Tensor
    risks: Tensor
    penalties: Tensor
    by_means: Sums | None = None
    state: Tensor | None = None


@dataclass(frozen=True)
class Objective:
    """Two pure functions: `statistics` adds up over rows, `penalise` looks at the environments' means.

    statistics: sums over the rows of each environment, beyond the rows and losses that every objective needs.
    penalise: risk and penalty from the means.
    closed: what `linearised` gives, without automatic differentiation, if its closed form is known.
    """

    name: str
    description: str
    statistics: Callable[[Rows, Loss], Sums]
    penalise: Callable[[Environments], Terms]
    closed: Callable[[Rows, Loss], tuple[Sums, Pull]] | None = None

    def sums(self, rows: Rows, loss: Loss) -> Sums:
        """Everything this objective needs of `rows`, name -> [..., E, *S]. Additive over rows."""
        losses = loss.value(rows.outputs, rows.targets)
        return {
            ROWS: rows.membership.counts,
            LOSS: rows.total(losses),
            **self.statistics(rows, loss),
        }

    def linearised(self, rows: Rows, loss: Loss) -> tuple[Sums, Pull]:
        """The sums, and their derivative by outputs and features, transposed; no graph leads to `rows`.

        pull(directions) = Σ_name ⟨direction, ∂sum/∂outputs⟩ [..., N, C], and the same by the features
        [..., N, D], or None if no sum depends on them. directions: of the sums' shapes.
        """
        alone = Rows(rows.outputs.detach(), rows.features.detach(), rows.targets, rows.membership)
        return (self.closed or self._linearised)(alone, loss)

    @torch.enable_grad()
    def _linearised(self, rows: Rows, loss: Loss) -> tuple[Sums, Pull]:
        outputs, features = rows.outputs.requires_grad_(), rows.features.requires_grad_()
        sums = self.sums(rows, loss)

        def pull(directions: Sums) -> Pulled:
            names = [name for name in directions if sums[name].requires_grad]
            of, along = [sums[name] for name in names], [directions[name] for name in names]
            by_outputs, by_features = torch.autograd.grad(of, (outputs, features), along, allow_unused=True)
            return torch.zeros_like(outputs) if by_outputs is None else by_outputs, by_features

        return {name: one.detach() for name, one in sums.items()}, pull

    def terms(self, sums: Sums, weights: Tensor, state: Tensor) -> Terms:
        """Risk and penalty, given the sums over all rows.

        weights [..., E]: how much each environment counts, of any scale; zero for one that is not trained on.
        state [..., E]: zeros at the first step.
        """
        rows, shares, per_row = _shares(sums, weights)
        return self.penalise(Environments(_scaled(sums, per_row), rows, shares, state))

    def directions(
        self, sums: Sums, weights: Tensor, state: Tensor, of_risk: Tensor, of_penalty: Tensor
    ) -> tuple[Terms, Sums]:
        """The terms, and the derivative of `of_risk` · risk + `of_penalty` · penalty by each sum.

        of_risk, of_penalty: [...]. That of the risk, Σ_e a_e R_e, needs no graph.
        """
        rows, shares, per_row = _shares(sums, weights)
        environments = Environments(_scaled(sums, per_row), rows, shares, state)
        terms = self.penalise(environments)
        by_means = self._by_means(environments) if terms.by_means is None else terms.by_means
        along = {
            name: one * extended(of_penalty, one.ndim - of_penalty.ndim) for name, one in by_means.items()
        }
        of_losses = of_risk.unsqueeze(-1) * shares
        along[LOSS] = of_losses + along[LOSS] if LOSS in along else of_losses
        return terms, _scaled(along, per_row)

    def _by_means(self, environments: Environments) -> Sums:
        """The derivative of the penalty by the means, by automatic differentiation."""
        leaves = {name: mean.requires_grad_() for name, mean in environments.means.items()}
        penalty = self.penalise(environments).penalty.sum()
        return dict(
            zip(
                leaves,
                torch.autograd.grad(penalty, list(leaves.values()), materialize_grads=True),
                strict=True,
            )
        )


def _shares(sums: Sums, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Rows of each environment, its share of the objective, and what makes a mean of a sum: [..., E]."""
    rows = sums[ROWS].to(sums[LOSS].dtype)
    present = weights * (rows > 0)
    shares = present / present.sum(-1, keepdim=True).clamp_min(TINY)
    return rows, shares, (shares > 0) / rows.clamp_min(TINY)  # a mean over no rows is zero, not 0/0


def _scaled(sums: Sums, per_row: Tensor) -> Sums:
    return {
        name: one * extended(per_row, one.ndim - sums[LOSS].ndim)
        for name, one in sums.items()
        if name != ROWS
    }


def extended(tensor: Tensor, extra: int) -> Tensor:
    """The tensor with `extra` more dimensions at its end."""
    for _ in range(extra):  # a reshape takes four times as long
        tensor = tensor.unsqueeze(-1)
    return tensor
