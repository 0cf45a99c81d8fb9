"""IRMv1's penalty: a value by hand, and what its two estimators estimate."""

from itertools import permutations

import pytest
import torch

from irm_core.objectives import irm
from irm_core.objectives.law import Objective, Rows
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership


def penalty(objective: Objective, outputs: torch.Tensor, targets: torch.Tensor) -> float:
    rows = Rows(
        outputs.unsqueeze(1), outputs.unsqueeze(1), targets, Membership(torch.zeros(len(outputs)).long(), 1)
    )
    one = torch.ones(1)
    return objective.terms(objective.sums(rows, LOSSES["squared_error"]), one, torch.zeros(1)).penalty.item()


def test_the_penalty_by_hand() -> None:
    """Slopes 2z(z − y) are 4 and −4·3 = −12: mean −4, its square 16; the one product of two rows −48."""
    outputs, targets = torch.tensor([2.0, 3.0]), torch.tensor([1.0, 5.0])
    assert penalty(irm.objective(), outputs, targets) == pytest.approx(16.0)
    for estimator in ("unbiased", "halves"):
        assert penalty(irm.objective(estimator=estimator), outputs, targets) == pytest.approx(-48.0)


@pytest.mark.parametrize(("estimator", "bias"), [("square", 1 / 8), ("unbiased", 0.0), ("halves", 0.0)])
def test_the_bias_over_small_batches(estimator: irm.Estimator, bias: float) -> None:
    """With outputs 1 and labels 1 + ε/2, a slope is −ε: expectation 0, variance 1. Batches of 8 rows."""
    B, N = 1000, 8
    noise = torch.randn(B * N, 1, generator=torch.Generator().manual_seed(0))
    batches = Rows(
        outputs=torch.ones(B * N, 1),
        features=noise,
        targets=1 + noise.squeeze(1) / 2,
        membership=Membership(torch.arange(B).repeat_interleave(N), B),
    )
    objective = irm.objective(estimator=estimator)
    sums = objective.sums(batches, LOSSES["squared_error"])
    assert objective.terms(sums, torch.ones(B), torch.zeros(B)).penalty.item() == pytest.approx(
        bias, abs=0.01
    )


def test_an_invariant_predictor_has_no_penalty() -> None:
    outputs = torch.tensor([-1.0, 0.5, 2.0])
    assert penalty(irm.objective(), outputs, outputs) == 0


@pytest.mark.parametrize("rows", [4, 5])
def test_halves_depend_on_the_order_of_rows_but_on_average_do_not(rows: int) -> None:
    """Over all orders, each pair of rows is parted as often as any other: the mean is that over all pairs."""
    outputs, targets = torch.randn(2, rows, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    orders = torch.tensor(list(permutations(range(rows))))
    halves, unbiased = (irm.objective(estimator=one) for one in ("halves", "unbiased"))
    found = [penalty(halves, outputs[order], targets[order]) for order in orders]
    assert max(found) > min(found)
    assert sum(found) / len(found) == pytest.approx(penalty(unbiased, outputs, targets))


def test_halves_of_one_row_have_no_penalty() -> None:
    one = torch.ones(1)
    assert penalty(irm.objective(estimator="halves"), 2 * one, one) == 0


def test_all_pairs_vary_less_than_two_halves() -> None:
    """For an invariant predictor: 2σ⁴/(n (n − 1)) against 4σ⁴/n², over batches of n = 8 rows."""
    B, N = 4000, 8
    slopes = torch.randn(B * N, 1, generator=torch.Generator().manual_seed(0))
    batches = Rows(
        torch.ones(B * N, 1),
        slopes,
        1 - slopes.squeeze(1) / 2,
        Membership(torch.arange(B).repeat_interleave(N), B),
    )
    variances = {}
    for estimator in ("unbiased", "halves"):
        one = irm.objective(estimator=estimator)
        sums = one.sums(batches, LOSSES["squared_error"])
        variances[estimator] = one.terms(sums, torch.ones(B), torch.zeros(B)).penalties.var().item()
    assert variances["halves"] / variances["unbiased"] == pytest.approx(7 / 4, rel=0.1)
