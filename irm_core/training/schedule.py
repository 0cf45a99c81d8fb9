"""How hard the penalty presses, step by step."""

from torch import Tensor

from irm_core.training.plan import TrainingPlan


def penalty_weight(step: int, weight: Tensor, plan: TrainingPlan) -> Tensor:
    """λ at the 1-based `step`: min(1, λ) · max(1, λ)^p, where p rises from 0 in the warm-up to 1.

    The IRM authors' code starts with 1 whatever λ is; here a λ below 1 (as ERM's 0) holds from the start.
    A ramp raises p by the same amount each step, so λ by the same factor. Were λ raised by the same amount,
    (risk + λ · penalty) / λ would be all penalty soon after the ramp began: a jump again, for a large λ.
    """
    held, rising = plan.penalty_steps
    p = min(1.0, max(0.0, (step - held) / (rising + 1)))
    return weight.clamp_max(1) * weight.clamp_min(1) ** p


def shares(weight: Tensor) -> tuple[Tensor, Tensor]:
    """How much risk and penalty count: 1 / max(1, λ) and λ / max(1, λ).

    As in the IRM authors' code, so that a large λ does not make larger steps.
    """
    of_risk = weight.clamp_min(1).reciprocal()
    return of_risk, weight * of_risk
