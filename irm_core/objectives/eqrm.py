"""Empirical quantile risk minimisation (Eastwood et al. 2022, arXiv:2207.09944, algorithm 1)."""

from math import pi, sqrt

import torch
from torch import Tensor

from irm_core.objectives.erm import no_statistics
from irm_core.objectives.law import LOSS, Environments, Objective, Terms
from irm_core.objectives.pullback import losses

QUANTILE = 0.75
HALVINGS = 24  # a Newton step follows


def bandwidth(environments: Environments) -> Tensor:
    """The normal-reference width of a kernel density of the risks, 1.06 σ n^(−1/5), [..., 1]."""
    count = (environments.weights > 0).sum(-1, keepdim=True)
    variance = environments.average(environments.centred(environments.risks).square()).unsqueeze(-1)
    width = 1.06 * (variance * count / (count - 1).clamp_min(1)).sqrt() * count**-0.2
    return width.clamp_min(1e-6).detach()


def _quantile(risks: Tensor, weights: Tensor, width: Tensor, quantile: float) -> Tensor:
    """Where the smoothed distribution of the risks reaches `quantile`, by bisection: [..., 1]."""
    shift = width * torch.special.ndtri(torch.tensor(quantile, dtype=width.dtype))
    low = risks.where(weights > 0, torch.inf).amin(-1, keepdim=True) + shift
    high = risks.where(weights > 0, -torch.inf).amax(-1, keepdim=True) + shift
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = _distribution(middle, risks, weights, width) < quantile
        low, high = middle.where(below, low), middle.where(~below, high)
    return (low + high) / 2


def _distribution(at: Tensor, risks: Tensor, weights: Tensor, width: Tensor) -> Tensor:
    return (weights * torch.special.ndtr((at - risks) / width)).sum(-1, keepdim=True)


def objective(quantile: float = QUANTILE) -> Objective:
    """R̄ + λ · the quantile α of the environments' risks, smoothed by a Gaussian kernel of fixed width.

    λ leads from ERM (0) to EQRM itself (large). The quantile x solves F(x) = α; one Newton step from there,
    whose value is x, has the derivative that the implicit function theorem gives.
    """

    def penalise(environments: Environments) -> Terms:
        risks, weights, width = environments.risks, environments.weights, bandwidth(environments)
        solved = _quantile(risks.detach(), weights, width, quantile)
        normal = torch.exp(-((solved - risks.detach()) / width).square() / 2) / (width * sqrt(2 * pi))
        densities = weights * normal
        density = densities.sum(-1, keepdim=True)
        reached = _distribution(solved, risks, weights, width)
        value = solved - (reached - quantile) / density
        by_means = {LOSS: densities / density}
        return Terms(environments.risk, value.squeeze(-1), risks, value.expand_as(risks), by_means)

    description = "EQRM: a high quantile of the environments' risks"
    return Objective("eqrm", description, no_statistics, penalise, losses)
