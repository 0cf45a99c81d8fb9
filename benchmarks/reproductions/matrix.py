"""IRM as the authors train it on linear structural equations: a matrix, and a dummy weight of each column.

Arjovsky et al. 2019, as in their code: outputs x Φ w with w all ones, Φ [D, D] trained, from the identity on;
the penalty is the mean of (∂R_e/∂w_j)² over the columns j. Beside it, from the same start, ours: one scale.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms
from irm_core.objectives.losses import LOSSES, Loss
from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.candidate import Candidate
from irm_core.training.course import advance, begin
from irm_core.training.models import Model
from irm_core.training.observed_rows import ObservedRows
from irm_core.training.plan import TrainingPlan

Sample = tuple[np.ndarray, np.ndarray]  # inputs [N, D] and targets [N] of an environment
PENALTY_WEIGHTS = (9.0, 99.0, 999.0, 9999.0, 99_999.0, 1e12)
"""Theirs weigh risk and penalty with r and 1 − r, r = 0.1, 0.01, ... 0.00001 and 0: almost, with 1e12."""
PLAN = TrainingPlan(
    steps=100_000, penalty_schedule="constant", batch_size=None, learning_rate=1e-3, device="cpu"
)


def by_columns(rows: Rows, loss: Loss) -> Sums:
    """∂ℓ/∂w, which is ∂ℓ/∂z φ: [..., E, 1, D]."""
    return {"by columns": rows.outer(loss.gradient(rows.outputs, rows.targets), rows.features)}


def mean_square(environments: Environments) -> Terms:
    """R̄ + λ Σ_e a_e mean_j (∂R_e/∂w_j)²."""
    return environments.penalised(environments.means["by columns"].square().mean((-2, -1)))


PER_COLUMN = Objective("irm per column", "IRM: a dummy weight of each column", by_columns, mean_square)
CANDIDATES = [
    Candidate(objective=objective, penalty_weight=weight, seed=0, left_out=None)
    for objective in (PER_COLUMN.name, "irm")
    for weight in PENALTY_WEIGHTS
]


def trained(problems: Sequence[Sequence[Sample]], plan: TrainingPlan = PLAN) -> np.ndarray:
    """The weights Φ w of every candidate for every problem, [P, K, D]; all are trained as one stack.

    problems: for each the samples that it is trained on, as many for all, of the same width.
    """
    observed = ObservedRows(batch(problems), LOSSES["squared_error"])
    environments, candidates = len(problems[0]), CANDIDATES * len(problems)
    models = [from_identity(problems[0][0][0].shape[1]) for _ in candidates]
    shares = torch.full((len(candidates), environments), 1 / environments)
    course = begin(models, candidates, plan, shares, [PER_COLUMN])
    while course.step < plan.steps:
        advance(course, observed, plan)
    matrices = torch.stack([one.featurizer.get_parameter("weight").detach() for one in models])
    return matrices.sum(1).unflatten(0, (len(problems), -1)).double().numpy()


def from_identity(width: int) -> Model:
    """x Φ w: Φ is the identity, until it is trained; w is ones, for good."""
    matrix, ones = nn.Linear(width, width, bias=False), nn.Linear(width, 1, bias=False)
    nn.init.eye_(matrix.weight)
    nn.init.ones_(ones.weight)
    return Model(matrix, ones.requires_grad_(False))


def batch(problems: Sequence[Sequence[Sample]]) -> Batch:
    """A few rows for each environment, of each problem its own, repeated for each candidate."""
    few = [[factor(*sample) for sample in samples] for samples in problems]
    rows = torch.from_numpy(np.array(few)).float()  # [P, E, D + 1, D + 1]
    index = torch.arange(rows.shape[1]).repeat_interleave(rows.shape[2])
    own: Tensor = rows.flatten(1, 2).repeat_interleave(len(CANDIDATES), 0)
    membership = Membership(index, rows.shape[1], blocks=torch.arange(rows.shape[1]))
    return Batch(own[..., :-1], own[..., -1], membership, shared=False)


def factor(inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """D + 1 rows (x, y) with the same mean products as all: any mean squared error is the same of them."""
    together = np.column_stack([inputs, targets])
    return np.linalg.qr(together, mode="r") * np.sqrt(together.shape[1] / len(together))
