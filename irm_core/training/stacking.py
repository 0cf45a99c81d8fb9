"""How many candidates to train as one tensor program."""

from irm_core.training.device import resolve
from irm_core.training.examples import Examples
from irm_core.training.plan import TrainingPlan

ROWS = {"cpu": 32_768, "cuda": 1_048_576}
"""Rows, of all candidates together, that a step may have: on a CPU what its caches hold the activations of,
on a GPU
what fills it."""


def candidates_at_once(plan: TrainingPlan, examples: Examples) -> int:
    """How many candidates `train_stack` should be given at a time; at least one.

    Small steps are dominated by the cost of starting operations, which a stack pays once for all candidates.
    With large steps on a CPU there is nothing to gain, and candidates crowd each other out of its caches.
    """
    each = plan.batch_size * len(examples.environments) if plan.batch_size else len(examples.targets)
    return max(1, ROWS[resolve(plan.device).type] // each)
