"""Environments inferred from the errors of a reference model (EIIL), in closed form.

Creager, Jacobsen and Zemel 2021 (arXiv:2010.07249) look for the two environments by which the reference
breaks invariance most: weights q of the rows that maximise (Σ q r / N)² + (Σ (1 − q) r / N)², r being the
derivative of a row's loss by the scale of its outputs. Both sums together are fixed, and the objective is
convex in one of them: at its maximum q is 1 where r > 0 and 0 elsewhere, or the other way round.
"""

from dataclasses import replace

from torch import Tensor

from irm_core.errors import DataError
from irm_core.objectives.losses import Loss
from irm_core.training.examples import Examples

INFERRED = ("outputs too small", "outputs too large")
"""Where more scale would lower the reference's loss, and where it would raise it. In a classification of two
classes: the rows that the reference has right, and those that it has wrong."""


def inferred_environments(outputs: Tensor, targets: Tensor, loss: Loss) -> Tensor:
    """The place of each row's environment in INFERRED, [N]; outputs [N, C] are the reference's.

    DataError where all rows come to lie in one.
    """
    found = (loss.slope(outputs, targets) > 0).long()
    if found.unique().numel() < len(INFERRED):
        raise DataError(
            "No environments can be inferred: the ERM reference errs in the same way on all rows "
            f"(its {INFERRED[int(found[0])]}). Train it for fewer steps, or split by a declared attribute."
        )
    return found


def with_inferred(examples: Examples, rows: Tensor, outputs: Tensor, loss: Loss) -> Examples:
    """The examples with these rows (bool [N]) in environments inferred among them; the names come last."""
    membership = examples.membership.clone()
    found = inferred_environments(outputs[rows], examples.targets[rows], loss)
    membership[rows] = found.to(membership.device) + len(examples.environments)
    return replace(examples, membership=membership, environments=(*examples.environments, *INFERRED))
