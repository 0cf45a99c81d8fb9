"""IRMX: both penalties (Chen et al. 2023, arXiv:2206.07766, PAIR)."""

from irm_core.objectives.irm import slope_penalties, slope_statistics
from irm_core.objectives.law import LOSS, Environments, Objective, Terms
from irm_core.objectives.pullback import SLOPE, losses_and_slopes


def _penalise(environments: Environments) -> Terms:
    deviations, twice = environments.centred(environments.risks), 2 * environments.weights
    by_means = {LOSS: twice * deviations, SLOPE: twice.unsqueeze(-1) * environments.means[SLOPE]}
    return environments.penalised(slope_penalties(environments) + deviations.square(), by_means)


def objective() -> Objective:
    """R̄ + λ Σ_e a_e (g_e² + (R_e − R̄)²), with IRMv1's slope g_e: V-REx sees what IRMv1 alone overlooks."""
    description = "IRMX: the penalties of IRMv1 and of V-REx together"
    return Objective("irmx", description, slope_statistics("scale", "square"), _penalise, losses_and_slopes)
