"""Information bottleneck on ERM (Ahuja et al. 2021, arXiv:2106.06607)."""

from torch import Tensor

from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms, extended
from irm_core.objectives.losses import Loss

FEATURES = "features"
SQUARED_FEATURES = "squared features"


def feature_statistics(rows: Rows, loss: Loss) -> Sums:
    """Sums of the features and of their squares, [..., E, D]."""
    del loss
    return {
        FEATURES: rows.totals(rows.features),
        SQUARED_FEATURES: rows.totals(rows.features.square()),
    }


def feature_variances(environments: Environments) -> Tensor:
    """Mean over the features of their variance in each environment: [..., E]."""
    deviations = environments.means[SQUARED_FEATURES] - environments.means[FEATURES].square()
    return (deviations * extended(environments.correction, 1)).mean(-1)


def _penalise(environments: Environments) -> Terms:
    return environments.penalised(feature_variances(environments))


def objective() -> Objective:
    """R̄ + λ Σ_e a_e mean_d Var_e(φ_d): of all features that predict, those that vary least."""
    description = "IB-ERM: the features must vary as little as they can"
    return Objective("ib_erm", description, feature_statistics, _penalise)
