"""Spectral decoupling (Pezeshki et al. 2021, arXiv:2011.09468), without its factor 1/2."""

from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms
from irm_core.objectives.losses import Loss

SQUARED_OUTPUTS = "squared outputs"


def _statistics(rows: Rows, loss: Loss) -> Sums:
    del loss
    return {SQUARED_OUTPUTS: rows.total(rows.outputs.square().mean(-1))}


def _penalise(environments: Environments) -> Terms:
    return environments.penalised(environments.means[SQUARED_OUTPUTS])


def objective() -> Objective:
    """R̄ + λ Σ_e a_e mean z²: small outputs, so that the strongest feature does not starve the others."""
    description = "Spectral decoupling: outputs stay small, so that no one feature takes all"
    return Objective("spectral_decoupling", description, _statistics, _penalise)
