"""IRMX: both penalties (Chen et al. 2023, arXiv:2206.07766, PAIR)."""

from irm_core.objectives.irm import Dummies, Estimator, closed_form, slope_penalties, slope_statistics
from irm_core.objectives.law import LOSS, Environments, Objective, Terms
from irm_core.objectives.pullback import SLOPE


def objective(dummies: Dummies = "scale", estimator: Estimator = "square") -> Objective:
    """R̄ + λ Σ_e a_e (g_e² + (R_e − R̄)²), with IRMv1's slope g_e: V-REx sees what IRMv1 alone overlooks."""

    def penalise(environments: Environments) -> Terms:
        deviations = environments.centred(environments.risks)
        penalties = slope_penalties(environments, estimator) + deviations.square()
        if estimator != "square":
            return environments.penalised(penalties)
        twice = 2 * environments.weights
        by_slopes = twice.unsqueeze(-1) * environments.means[SLOPE]
        return environments.penalised(penalties, {LOSS: twice * deviations, SLOPE: by_slopes})

    description = "IRMX: the penalties of IRMv1 and of V-REx together"
    return Objective(
        "irmx", description, slope_statistics(dummies, estimator), penalise, closed_form(dummies, estimator)
    )
