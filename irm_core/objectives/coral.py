"""Deep CORAL (Sun & Saenko 2016, arXiv:1607.01719), over pairs of environments as in DomainBed."""

import torch

from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms, extended
from irm_core.objectives.losses import Loss

FEATURES = "features"
PRODUCTS = "feature products"


def _statistics(rows: Rows, loss: Loss) -> Sums:
    del loss
    return {FEATURES: rows.totals(rows.features), PRODUCTS: rows.outer(rows.features, rows.features)}


def _penalise(environments: Environments) -> Terms:
    mean = environments.means[FEATURES]
    deviations = environments.means[PRODUCTS] - mean.unsqueeze(-1) * mean.unsqueeze(-2)
    covariance = deviations * extended(environments.correction, 2)
    spread = environments.centred(mean).square().mean(-1)
    spread = spread + environments.centred(covariance).square().mean((-2, -1))
    alone = environments.weights.square().sum(
        -1, keepdim=True
    )  # the chance to draw the same environment twice
    return environments.penalised(2 * spread / (1 - alone).clamp_min(torch.finfo(alone.dtype).eps))


def objective() -> Objective:
    """R̄ + λ · mean over pairs of environments of mean (μ_i − μ_j)² + mean (C_i − C_j)², on the features.

    Over all pairs, Σ_ij a_i a_j (x_i − x_j)² = 2 Σ_i a_i (x_i − x̄)², so that no pair is ever formed.
    """
    description = "CORAL: means and covariances of the features must agree in all environments"
    return Objective("coral", description, _statistics, _penalise)
