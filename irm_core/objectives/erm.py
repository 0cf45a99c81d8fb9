"""Empirical risk minimisation: the control."""

import torch

from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms
from irm_core.objectives.losses import Loss
from irm_core.objectives.pullback import losses


def no_statistics(rows: Rows, loss: Loss) -> Sums:
    """Nothing beyond the losses."""
    del rows, loss
    return {}


def _penalise(environments: Environments) -> Terms:
    """R̄ = Σ_e a_e R_e, and no penalty."""
    return environments.penalised(torch.zeros_like(environments.risks), by_means={})


def objective() -> Objective:
    """Mean risk, Σ_e a_e R_e (Vapnik 1991), under the same weights a as every other objective."""
    description = "mean risk over the environments: the control"
    return Objective("erm", description, no_statistics, _penalise, losses)
