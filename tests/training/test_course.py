"""A step never waits for the device: it is made here on tensors that have no values to wait for."""

import pytest
import torch

from irm_core.objectives import OBJECTIVES
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.candidate import Candidate
from irm_core.training.course import advance, begin
from irm_core.training.models import build
from irm_core.training.observed_rows import ObservedRows
from irm_core.training.plan import TrainingPlan

N, E = 12, 3
META = torch.device("meta")


def batch(K: int) -> Batch:
    """Rows drawn by each candidate, environment by environment."""
    membership = Membership(
        torch.empty(N, dtype=torch.long, device=META), E, blocks=torch.empty(E, dtype=torch.long, device=META)
    )
    vars(membership)["counts"] = torch.empty(E, device=META)  # counted once, before the first step
    drawn = (N,) if K == 1 else (K, N)
    return Batch(torch.empty(*drawn, 4, device=META), torch.empty(drawn, device=META), membership, K == 1)


@pytest.mark.parametrize("K", [1, 3])
@pytest.mark.parametrize(
    ("objective", "estimator"),
    [*((name, "square") for name in OBJECTIVES), ("irm", "unbiased"), ("irm", "halves")],
)
def test_no_value_is_read_in_a_step(objective: str, estimator: str, K: int) -> None:
    plan = TrainingPlan(
        steps=6, warmup_steps=1, penalty_schedule="ramp", ramp_steps=2, irm_estimator=estimator
    )
    one = Candidate(objective=objective, penalty_weight=10.0, seed=0, left_out=None)
    models = [build("mlp", (4,), 1, (5,), seed=k) for k in range(K)]
    course = begin(models, [one] * K, plan, torch.full((K, E), 1 / E, device=META))
    for _ in range(plan.steps):
        strength, terms = advance(course, ObservedRows(batch(K), LOSSES["binary_cross_entropy"]), plan)
        assert strength.is_meta
        assert all(term.penalty.is_meta for term in terms)
