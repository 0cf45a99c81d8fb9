"""Fishr, invariant gradient variances, on the head (Rame et al. 2022, arXiv:2109.02934)."""

from irm_core.objectives.head import head_gradient
from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms
from irm_core.objectives.losses import Loss

GRADIENT = "head gradient"
SQUARED_GRADIENT = "squared head gradient"


def _statistics(rows: Rows, loss: Loss) -> Sums:
    slope, inputs = head_gradient(rows, loss)
    return {
        GRADIENT: rows.outer(slope, inputs),
        SQUARED_GRADIENT: rows.outer(slope.square(), inputs.square()),
    }


def _penalise(environments: Environments) -> Terms:
    variance = environments.means[SQUARED_GRADIENT] - environments.means[GRADIENT].square()
    return environments.penalised(environments.centred(variance).square().mean((-2, -1)))


def objective() -> Objective:
    """R̄ + λ Σ_e a_e mean_k (v_e − v̄)², over the parameters k of the head.

    v_e is the variance over e's rows of the gradient of one row's loss. The paper's code averages v_e over
    steps with decay 0.95; here it is of the rows of one step.
    """
    description = "Fishr: the rows' gradients must vary as much in every environment"
    return Objective("fishr", description, _statistics, _penalise)
