"""Variance risk extrapolation, V-REx (Krueger et al. 2021, arXiv:2003.00688)."""

from irm_core.objectives.erm import no_statistics
from irm_core.objectives.law import LOSS, Environments, Objective, Terms
from irm_core.objectives.pullback import losses


def _penalise(environments: Environments) -> Terms:
    deviations = environments.centred(environments.risks)
    return environments.penalised(deviations.square(), {LOSS: 2 * environments.weights * deviations})


def objective() -> Objective:
    """R̄ + λ Σ_e a_e (R_e − R̄)²: the variance of the risks over the environments."""
    description = "V-REx: the risk must be the same in every environment"
    return Objective("vrex", description, no_statistics, _penalise, losses)
