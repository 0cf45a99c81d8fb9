"""Variance risk extrapolation, V-REx (Krueger et al. 2021, arXiv:2003.00688)."""

from irm_core.objectives.erm import no_statistics
from irm_core.objectives.law import Environments, Objective, Terms


def _penalise(environments: Environments) -> Terms:
    return environments.penalised(environments.centred(environments.risks).square())


def objective() -> Objective:
    """R̄ + λ Σ_e a_e (R_e − R̄)²: the variance of the risks over the environments."""
    return Objective(
        "vrex", "V-REx: the risk must be the same in every environment", no_statistics, _penalise
    )
