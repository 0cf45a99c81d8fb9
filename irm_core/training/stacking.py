"""How many candidates to train as one tensor program."""

from torch import nn

from irm_core.objectives import objectives
from irm_core.training.activations import SHARE, activation_bytes, row_bytes
from irm_core.training.candidate import Candidate
from irm_core.training.device import resolve
from irm_core.training.examples import Examples
from irm_core.training.linear.sufficient import is_linear, moments_suffice
from irm_core.training.memory import available, fits
from irm_core.training.models import Model
from irm_core.training.plan import TrainingPlan

ROWS = {"cpu": 32_768, "cuda": 1_048_576}
"""Rows, of all candidates together, that a step may have: on a CPU what its caches hold the activations of,
on a GPU what fills it."""
COPIES = 8
"""Of a candidate's parameters: the model's own and the stack's, gradient, Adam's two means, the update."""


def candidates_at_once(plan: TrainingPlan, examples: Examples, model: nn.Module) -> int:
    """How many candidates, each a model like `model`, `train_stack` should be given at a time; at least one.

    Small steps are dominated by the cost of starting operations, which a stack pays once for all candidates.
    With large steps on a CPU there is nothing to gain, and candidates crowd each other out of its caches.
    Where memory does not hold a whole step of several, one alone is faster: in pieces, rows pass twice.
    """
    rows = plan.batch_size * len(examples.environments) if plan.batch_size else len(examples.targets)
    device = resolve(plan.device)
    activations = activation_bytes(device) // (rows * row_bytes(model, examples.inputs))
    inputs = examples.inputs.nbytes if fits(examples.inputs.nbytes, device) else 0
    resident = (SHARE * available(device) - inputs) // _candidate_bytes(plan, examples, model)
    return max(1, min(ROWS[device.type] // rows, int(activations), int(resident)))


def learns_from_moments(
    candidate: Candidate, plan: TrainingPlan, examples: Examples, loss: str, model: Model
) -> bool:
    """Whether `train_stack` trains it on moments of the examples, if all beside it learn from these too."""
    asked = objectives(plan.irm_dummies, plan.irm_estimator)[candidate.objective]
    return is_linear(model) and moments_suffice([asked], examples, plan, loss)


def candidates_at_once_on_moments(plan: TrainingPlan, examples: Examples) -> int:
    """How many where they learn from moments: a step has as many rows of them, whatever the examples have."""
    moments = len(examples.environments) * (examples.inputs.shape[1] + 2)
    return max(1, ROWS[resolve(plan.device).type] // moments)


def _candidate_bytes(plan: TrainingPlan, examples: Examples, model: nn.Module) -> int:
    """What one candidate of a stack needs beside its activations: parameters, and the rows drawn for it."""
    parameters = sum(one.nbytes for one in model.parameters())
    drawn = plan.batch_size * len(examples.environments) if plan.batch_size else 0
    return COPIES * parameters + drawn * examples.inputs[:1].nbytes
