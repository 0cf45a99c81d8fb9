"""Information bottleneck on IRM (Ahuja et al. 2021, arXiv:2106.06607)."""

from irm_core.objectives.ib_erm import feature_statistics, feature_variances
from irm_core.objectives.irm import Dummies, Estimator, slope_penalties, slope_statistics
from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms
from irm_core.objectives.losses import Loss


def objective(
    dummies: Dummies = "scale", estimator: Estimator = "square", bottleneck: float = 1.0
) -> Objective:
    """R̄ + λ Σ_e a_e (g_e² + γ · mean_d Var_e(φ_d)), with IRMv1's slope g_e and the bottleneck γ."""
    slopes = slope_statistics(dummies, estimator)

    def statistics(rows: Rows, loss: Loss) -> Sums:
        return slopes(rows, loss) | feature_statistics(rows, loss)

    def penalise(environments: Environments) -> Terms:
        variances = feature_variances(environments)
        return environments.penalised(slope_penalties(environments, estimator) + bottleneck * variances)

    description = "IB-IRM: IRMv1, with features that vary as little as they can"
    return Objective("ib_irm", description, statistics, penalise)
