"""Invariant Risk Minimization, IRMv1 (Arjovsky et al. 2019, arXiv:1907.02893, section 3.1)."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from irm_core.objectives.law import Environments, Objective, Pull, Rows, Sums, Terms
from irm_core.objectives.losses import Loss
from irm_core.objectives.pullback import SLOPE, losses_and_slopes

Dummies = Literal["scale", "scale and bias", "scale per output"]
Estimator = Literal["square", "unbiased", "halves"]
SQUARED_SLOPE = "squared slope"
FIRST, SECOND, FIRST_ROWS, SECOND_ROWS = "first half", "second half", "first rows", "second rows"


def slopes(dummies: Dummies) -> Callable[[Tensor, Tensor, Loss], Tensor]:
    """∂ℓ/∂w at the dummy classifier w, per row: [..., N, C], [..., N] -> [..., N, S] for S dummies.

    "scale": one scale s of all outputs, r = ⟨z, ∂ℓ/∂z⟩, the paper's choice. "scale and bias" adds one bias
    per output, as InvarianceUnitTests do (Aubin et al. 2021, arXiv:2102.10867). "scale per output": z_c
    ∂ℓ/∂z_c.
    """

    def of_rows(outputs: Tensor, targets: Tensor, loss: Loss) -> Tensor:
        if dummies == "scale":
            return loss.slope(outputs, targets).unsqueeze(-1)
        gradient = loss.gradient(outputs, targets)
        slopes = outputs * gradient
        if dummies == "scale per output":
            return slopes
        return torch.cat([slopes.sum(-1, keepdim=True), gradient], dim=-1)

    return of_rows


def slope_statistics(dummies: Dummies, estimator: Estimator) -> Callable[[Rows, Loss], Sums]:
    """Sums of the slopes, and of their squares or by halves where the estimator needs that: [..., E, S]."""
    of_rows = slopes(dummies)

    def statistics(rows: Rows, loss: Loss) -> Sums:
        slope = of_rows(rows.outputs, rows.targets, loss)
        if estimator == "halves":
            return _halves(rows, slope)
        sums = {SLOPE: rows.totals(slope)}
        return sums if estimator == "square" else sums | {SQUARED_SLOPE: rows.totals(slope.square())}

    return statistics


def _halves(rows: Rows, slope: Tensor) -> Sums:
    """Sums of the slopes over each half, [..., E, S], and the halves' (weighted) rows, [..., E, 1]."""
    second = rows.membership.in_second_half.to(slope.dtype).unsqueeze(-1)
    one = torch.ones_like(slope[..., :1])
    return {
        FIRST: rows.totals(slope * (1 - second)),
        SECOND: rows.totals(slope * second),
        FIRST_ROWS: rows.totals(one * (1 - second)),
        SECOND_ROWS: rows.totals(one * second),
    }


def slope_penalties(environments: Environments, estimator: Estimator = "square") -> Tensor:
    """Squared norm of each environment's mean slope g_e: [..., E].

    "square": g_e², the paper's. Over n rows it overestimates the squared expectation by var(r) / n.
    "unbiased": the U-statistic (S² − Q) / (n (n − 1)) over all pairs of rows, with S = Σr and Q = Σr². It may
    be negative, and an environment of one row contributes nothing.
    "halves": the product of the mean slopes of two halves of the rows, as in DomainBed (Gulrajani & Lopez-Paz
    2021, arXiv:2007.01434). Unbiased too where rows come in no order: its mean over all orders is "unbiased",
    whose variance near an invariant predictor is about half. One value depends on which rows are in which
    half, hence on their order, and on their division among processes.
    """
    if estimator == "halves":
        first, second = (
            environments.means[slope] / environments.means[rows].where(environments.means[rows] > 0, 1)
            for slope, rows in ((FIRST, FIRST_ROWS), (SECOND, SECOND_ROWS))
        )
        return (first * second).sum(-1)
    squares = environments.means[SLOPE].square().sum(-1)
    if estimator == "square":
        return squares
    rows = environments.rows
    corrected = (rows * squares - environments.means[SQUARED_SLOPE].sum(-1)) / (rows - 1).clamp_min(1)
    return corrected.where(rows > 1, 0)


def closed_form(dummies: Dummies, estimator: Estimator) -> Callable[[Rows, Loss], tuple[Sums, Pull]] | None:
    """What `Objective.closed` may be of an objective that needs losses and slopes only."""
    return losses_and_slopes if (dummies, estimator) == ("scale", "square") else None


def objective(dummies: Dummies = "scale", estimator: Estimator = "square") -> Objective:
    """R̄ + λ Σ_e a_e ‖∂R_e(w·z)/∂w at w = 1‖²."""

    def penalise(environments: Environments) -> Terms:
        twice = 2 * environments.weights.unsqueeze(-1)
        by_means = {SLOPE: twice * environments.means[SLOPE]} if estimator == "square" else None
        return environments.penalised(slope_penalties(environments, estimator), by_means)

    description = "IRMv1: one and the same scale of the outputs must be optimal in every environment"
    return Objective(
        "irm", description, slope_statistics(dummies, estimator), penalise, closed_form(dummies, estimator)
    )
