"""Inter-environmental gradient alignment, on the head (Koyama & Yamaguchi 2020, arXiv:2008.01883)."""

from irm_core.objectives.head import head_gradient
from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms
from irm_core.objectives.losses import Loss

GRADIENT = "head gradient"


def _statistics(rows: Rows, loss: Loss) -> Sums:
    return {GRADIENT: rows.outer(*head_gradient(rows, loss))}


def _penalise(environments: Environments) -> Terms:
    return environments.penalised(environments.centred(environments.means[GRADIENT]).square().sum((-2, -1)))


def objective() -> Objective:
    """R̄ + λ Σ_e a_e ‖∇R_e − ∇R̄‖², the trace of the gradients' variance, ∇ being the gradient of the head.

    The paper takes the gradient of all parameters; that of the head needs no second-order graph.
    """
    description = "IGA: every environment must pull the head the same way"
    return Objective("iga", description, _statistics, _penalise)
