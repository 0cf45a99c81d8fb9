"""Group distributionally robust optimisation (Sagawa et al. 2020, arXiv:1911.08731, algorithm 1)."""

from irm_core.objectives.erm import no_statistics
from irm_core.objectives.law import LOSS, Environments, Objective, Terms
from irm_core.objectives.pullback import losses

STEP_SIZE = 0.01


def objective(step_size: float = STEP_SIZE) -> Objective:
    """R̄ + λ Σ_e q_e R_e, where q_e ∝ a_e exp(η Σ_t R_e(t)) grows with the risks of all steps until now.

    λ leads from ERM (0) to GroupDRO itself (large). The state is η Σ_t R_e(t), through which no
    gradient flows.
    """

    def penalise(environments: Environments) -> Terms:
        grown = environments.state + step_size * environments.risks.detach()
        shares = (grown + environments.weights.log()).softmax(-1)
        penalties = shares * environments.risks
        return Terms(
            environments.risk, penalties.sum(-1), environments.risks, penalties, {LOSS: shares}, grown
        )

    description = "GroupDRO: the environments with the highest risks count most"
    return Objective("group_dro", description, no_statistics, penalise, losses)
