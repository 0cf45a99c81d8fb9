"""One training, from a seed to a model that is worth something."""

import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from sklearn.exceptions import ConvergenceWarning

from irm_core.errors import UsageError
from irm_core.objectives.law import Objective
from irm_core.training.candidate import Candidate
from irm_core.training.device import resolve
from irm_core.training.examples import Examples
from irm_core.training.loop import Record, train
from irm_core.training.models import Model
from irm_core.training.plan import TrainingPlan


def fit_model(
    model: Model,
    examples: Examples,
    candidate: Candidate,
    plan: TrainingPlan,
    loss: str,
    own: Sequence[Objective] = (),
) -> None:
    """Train the model in place on all environments. own: objectives that the candidate may name.

    UsageError if it diverged; ConvergenceWarning if it gives the same for all rows, though labels differ.
    """
    with _seeded(candidate.seed, resolve(plan.device)):
        records = train(model, examples, candidate, plan, loss, training=examples.environments, own=own)
        (last,) = deque(records, maxlen=1)
    if last.status == "diverged":
        raise UsageError(_diverged(last))
    if last.status == "collapsed" and len(examples.targets.unique()) > 1:
        warnings.warn(_COLLAPSED, ConvergenceWarning, stacklevel=3)


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Let layers such as dropout, which draw from the global random state, draw from `seed`."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.random.default_generator.manual_seed(seed)
        if device.type == "cuda":
            torch.cuda.manual_seed(seed)
        yield


def _diverged(last: Record) -> str:
    return (
        f"Training diverged by step {last.step}: a risk, penalty or output is not finite. "
        "Lower learning_rate or penalty_weight, or look for extreme values in X."
    )


_COLLAPSED = (
    "The fitted model gives the same output for all rows: the penalty outweighs what could be learnt, or "
    "nothing could. Lower penalty_weight, or train for more steps."
)
