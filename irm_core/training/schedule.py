"""How hard the penalty presses, step by step."""

from torch import Tensor


def penalty_weight(step: int, weight: Tensor, warmup_steps: int) -> Tensor:
    """λ at the 1-based `step`: 1 for the first `warmup_steps`, then `weight`; never more than `weight`.

    The IRM authors' code starts with 1 whatever λ is; here a λ below 1 (as ERM's 0) holds from the start.
    """
    return weight.clamp_max(1) if step <= warmup_steps else weight


def objective_value(risk: Tensor, penalty: Tensor, weight: Tensor) -> Tensor:
    """(risk + λ · penalty) / max(1, λ): as in the IRM authors' code, a large λ does not make larger steps."""
    return (risk + weight * penalty) / weight.clamp_min(1)
