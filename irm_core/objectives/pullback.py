"""Sums of losses and slopes whose derivative is known in closed form: no graph over rows is ever made."""

from irm_core.objectives.law import LOSS, ROWS, Pull, Pulled, Rows, Sums
from irm_core.objectives.losses import Loss

SLOPE = "slope"


def losses(rows: Rows, loss: Loss) -> tuple[Sums, Pull]:
    """Σ ℓ over each environment's rows, [..., E]."""

    def pull(directions: Sums) -> Pulled:
        share = rows.membership.spread(directions[LOSS].unsqueeze(-1))
        return share * loss.gradient(rows.outputs, rows.targets), None

    return {ROWS: rows.membership.counts, LOSS: rows.total(loss.value(rows.outputs, rows.targets))}, pull


def losses_and_slopes(rows: Rows, loss: Loss) -> tuple[Sums, Pull]:
    """Σ ℓ, [..., E], and Σ r, [..., E, 1], with r = ⟨z, ∂ℓ/∂z⟩.

    ∂(a ℓ + b r)/∂z = (a + b) ∂ℓ/∂z + b (∂²ℓ/∂z²) z.
    """
    gradient = loss.gradient(rows.outputs, rows.targets)

    def pull(directions: Sums) -> Pulled:
        a, b = directions[LOSS].unsqueeze(-1), directions[SLOPE]
        of_gradient, of_curvature = (rows.membership.spread(one) for one in (a + b, b))
        curvature = loss.curvature(rows.outputs, rows.targets)
        return (of_gradient * gradient).addcmul_(of_curvature, curvature), None

    sums, _ = losses(rows, loss)
    return sums | {SLOPE: rows.totals(rows.outputs * gradient).sum(-1, keepdim=True)}, pull
